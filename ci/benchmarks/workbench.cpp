#include "ci/benchmarks/workbench.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace stormdrain::benchmarks {
namespace {

using namespace std::chrono_literals;
using acceptance::finished;
using nlohmann::json;

// The longest, a hang, takes 2.5 s when the machine is idle.
constexpr auto run_limit = 60s;
constexpr auto spawn_limit = 10s;

// `accept_trap_spent`: one call fails at the load's begin, all that follow pass through the trap.
// ECONNABORTED, because servers try again at once after it.
constexpr const char* suite = R"({
    "stormdrain": 1,
    "name": "benchmark",
    "description": "The least that a cycle can do, and many short connections.",
    "targets": [],
    "defaults": {"cycles": 1, "budget": "1min"},
    "loads": {
        "one": {"route": "small", "clients": 1, "requests": 1, "after_stop": "close"},
        "short": {"route": "small", "clients": 1, "requests": 2000, "requests_per_connection": 1}
    },
    "scenarios": [
        {"name": "bare", "load": "one", "stop": {"at": "after_load"}},
        {"name": "short_connections", "load": "short", "stop": {"at": "after_load"}},
        {
            "name": "accept_trap_spent",
            "load": "short",
            "faults": [{"kind": "syscall_error", "error": "ECONNABORTED", "calls": 1}],
            "stop": {"at": "after_load"}
        }
    ]
})";

// 1: a hang is a broken promise. 3: a machine that others use, too, may starve a cycle.
bool has_run(const finished& run) {
    const std::optional<int> code = run.how.exit_code;
    return code == 0 || code == 1 || code == 3;
}

}  // namespace

std::string with_exit_watch(const std::string& target, const std::string& folder,
                            const std::string& exit_watch) {
    const bool with_comments = true;
    json copy = json::parse(target, nullptr, true, with_comments);
    json& launch = copy.at("launch");
    copy.erase("$schema");  // for editors, and relative
    launch["exit_watch"] = exit_watch;
    if (launch.contains("files")) {
        for (json& file : launch.at("files")) {
            if (file.is_string()) {
                file = std::filesystem::absolute(folder) / file.get<std::string>();
            }
        }
    }
    return copy.dump();
}

workbench::workbench(std::string bin_folder) : bin_folder_(std::move(bin_folder)) {
    acceptance::write_file(folder_.file("benchmark.json"), suite);
}

std::string workbench::written(const std::string& text) {
    const std::string path = folder_.file("target" + std::to_string(++files_count_) + ".json");
    acceptance::write_file(path, text);
    return path;
}

std::string workbench::copied_target(const std::string& path, const std::string& exit_watch) {
    const std::string target = acceptance::read_file(path);
    if (target.empty()) {
        throw std::runtime_error("cannot read " + path);
    }
    return written(
        with_exit_watch(target, std::filesystem::path(path).parent_path().string(), exit_watch));
}

std::string workbench::idle_target(const idle_server_options& options) {
    const json argv = {"${bin}/idle_server", "${port.http}",
                       std::to_string(options.descriptors_count),
                       std::to_string(options.sleeping_threads_count), options.at_stop};
    const json target = {
        {"stormdrain", 1},
        {"name", "idle"},
        {"launch", {{"argv", argv}, {"exit_watch", options.exit_watch}}},
        {"ports", {{"http", {{"speaks", "http"}}}}},
        {"routes", {{"small", "/"}}},
        {"stop", {{"graceful", {{"signal", "SIGTERM"}, {"exit_within", "100ms"}}}}}};
    return written(target.dump());
}

std::vector<cycle_times> workbench::run(const work& what) {
    const std::string out = folder_.file("results");
    std::filesystem::remove_all(out);
    const finished run = acceptance::run_program(
        {program("stormdrain"), "run", folder_.file("benchmark.json"), "--target", what.target_file,
         "--filter", "*/benchmark/" + what.scenario, "--cycles", std::to_string(what.cycles_count),
         "--seed", "1", "--out", out, "--progress", "none"},
        folder_.file("output"), run_limit);
    std::vector<cycle_times> cycles =
        read_cycle_times(acceptance::read_file(out + "/results.jsonl"));
    if (!has_run(run) || cycles.size() < what.cycles_count) {
        throw std::runtime_error("stormdrain run: " + to_text(run.how) + "\n" + run.output);
    }
    return cycles;
}

double workbench::spawn_ms(const std::vector<std::string>& argv) {
    const auto began = acceptance::clock::now();
    acceptance::program started(argv, folder_.file("output"));
    const auto ran = acceptance::clock::now();
    started.wait(ran + spawn_limit);
    return std::chrono::duration<double, std::milli>(ran - began).count();
}

}  // namespace stormdrain::benchmarks
