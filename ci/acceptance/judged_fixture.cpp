#include "ci/acceptance/judged_fixture.hpp"

#include <sstream>
#include <string_view>
#include <utility>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto run_limit = 50s;  // a cycle takes seconds, on a busy machine a few more
constexpr auto trial_limit = 10s;

json promises() {
    const json held = {{"in_flight", "1500ms"},    {"partial_header", "1500ms"},
                       {"partial_body", "1500ms"}, {"stalled_reader", "1500ms"},
                       {"slow_reader", "1500ms"},  {"half_closed", "1500ms"}};
    return {{"exit_within", "1s"},
            {"exit_within_while", held},
            {"in_flight", "complete"},
            {"listener", "close_at_once"},
            {"half_close", "respond"},
            {"exit_status", json::array({0})},
            {"connections_at_exit", "closed"}};
}

}  // namespace

std::string judged_fixture::written_way(const std::string& name, const way& how) const {
    std::vector<std::string> argv = how.wrapper;
    argv.insert(argv.end(), {"${bin}/" + how.server, "--http", "127.0.0.1:${port.http}",
                             "--drain-deadline", "1s"});
    argv.insert(argv.end(), how.options.begin(), how.options.end());
    json stop = promises();
    stop.update(how.stop);
    stop.update(how.trigger);
    json target = {
        {"stormdrain", 1},
        {"name", name},
        {"launch", {{"argv", argv}, {"limits", {{"nofile", 4096}, {"core", "0B"}}}}},
        {"ports", {{"http", {{"speaks", "http"}}}}},
        {"ready", {{"route", "small"}, {"within", "10s"}}},
        {"routes", {{"small", "/"}, {"delayed", "/delay/200"}, {"large", "/bytes/16777216"}}},
        {"stop", {{"graceful", stop}}}};
    if (!how.promises.empty()) {
        target["promises"] = how.promises;
    }
    if (!how.hang.empty()) {
        target["hang"] = how.hang;
    }
    return written(name + ".target.json", target.dump());
}

std::string judged_fixture::written_scenario(const std::string& name, json scenario) const {
    scenario["name"] = "only";
    const json suite = {{"stormdrain", 1},
                        {"name", name},
                        {"defaults", {{"cycles", 1}, {"budget", "1min"}}},
                        {"loads",
                         {{"delayed", {{"route", "delayed"}, {"clients", 2}}},
                          {"large", {{"route", "large"}, {"clients", 4}, {"requests", 1000}}}}},
                        {"scenarios", json::array({std::move(scenario)})}};
    return written(name + ".suite.json", suite.dump());
}

std::string judged_fixture::ss_missing() {
    return std::string_view(SS_PROGRAM).empty() ? "no ss (package iproute2)" : "";
}

std::string judged_fixture::gdb_missing() {
    return std::string_view(GDB_PROGRAM).empty() ? "no gdb (package gdb)" : "";
}

std::string judged_fixture::strace_missing() const {
    if (std::string_view(STRACE_PROGRAM).empty()) {
        return "no strace (package strace)";
    }
    // It is there, and ptrace(2) may not be allowed.
    const finished tried = run_program({STRACE_PROGRAM, "-o", file("tried.log"), "/bin/true"},
                                       file("tried"), trial_limit);
    return tried.how.exit_code == 0 ? "" : "strace fails: " + tried.output;
}

std::vector<std::string> judged_fixture::argv_of(const std::string& suite,
                                                 const std::string& target,
                                                 const std::string& results) const {
    return {STORMDRAIN_PROGRAM, "run",        suite,  "--target", target, "--seed", "1", "--out",
            file(results),      "--progress", "lines"};
}

judged judged_fixture::read_judged(finished run, const std::string& results) const {
    const std::string lines = read_file(file(results + "/results.jsonl"));
    const std::vector<json> cycles = cycles_in(lines);
    judged all{std::move(run), json(), read_detection(lines)};
    EXPECT_GE(cycles.size(), 1U) << all.run.output;
    // One cycle was planned. On a busy machine it is repeated, and the last one is judged.
    all.record = cycles.empty() ? json() : cycles.back();
    return all;
}

judged judged_fixture::judge(const std::string& suite, const std::string& target) const {
    return read_judged(run_program(argv_of(suite, target, "results"), file("output"), run_limit),
                       "results");
}

std::vector<json> cycles_in(const std::string& results) {
    std::vector<json> records;
    std::istringstream lines(results);
    for (std::string line; std::getline(lines, line);) {
        const json read = json::parse(line, nullptr, false);
        if (read.is_object() && read.value("kind", "") == "cycle") {
            records.push_back(read.at("record"));
        }
    }
    return records;
}

}  // namespace stormdrain::acceptance
