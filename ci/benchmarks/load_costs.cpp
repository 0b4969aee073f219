#include "ci/benchmarks/load_costs.hpp"

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/find_program.hpp"
#include "ci/benchmarks/load_clients.hpp"
#include "ci/benchmarks/lone_nginx.hpp"
#include "ci/benchmarks/printed_counts.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <thread>

namespace stormdrain::benchmarks {
namespace {

using namespace std::chrono_literals;
using acceptance::finished;

// A median of nine repeats itself where single ratios swing by a third.
constexpr int rounds_count = 9;
// What the product promises of itself, each as the ratio of CPU that a request takes.
constexpr double by_wrk_max = 0.90;
constexpr double by_ab_max = 0.90;
constexpr double by_hey_max = 0.35;
constexpr double kept_calls_max = 2.1;
constexpr double closed_calls_max = 9.1;
constexpr std::array<unsigned, 3> kept_connections_counts{10, 100, 1'000};
constexpr unsigned closed_connections_count = 100;
constexpr unsigned traced_connections_count = 100;
constexpr unsigned traced_kept_requests_count = 100'000;
constexpr unsigned traced_closed_requests_count = 20'000;
constexpr auto client_limit = 60s;

// One answer of a few bytes, and nothing that costs the server more than the client.
nginx_site site_of_few_bytes() {
    return {"", "", R"(location / { return 200 "hello world\n"; })"};
}

class load_bench {
public:
    load_bench(workbench& bench, const std::string& url) : bench_(bench), url_(url) {}

    std::string program_of(load_client which) const {
        return which == load_client::stormdrain ? bench_.program("stormdrain")
                                                : find_program(name_of(which));
    }

    // Microseconds of CPU that a request takes its client.
    double cost_of_request(load_client which, load_work work) {
        work.url = url_;
        std::vector<std::string> argv{find_program("taskset"), "-c", "1"};
        const std::vector<std::string> client = argv_of(which, program_of(which), work);
        argv.insert(argv.end(), client.begin(), client.end());
        const finished run = acceptance::run_program(argv, folder_.file("output"), client_limit);
        const std::optional<std::uint64_t> answered = answered_by(which, run.output);
        if (run.how.exit_code != 0 || !answered || *answered == 0) {
            throw std::runtime_error(name_of(which) + ": " + to_text(run.how) + "\n" + run.output);
        }
        return static_cast<double>(run.how.cpu_time.count()) / static_cast<double>(*answered);
    }

    double calls_a_request(bool closes) {
        const unsigned count = closes ? traced_closed_requests_count : traced_kept_requests_count;
        const std::string summary = folder_.file("calls");
        std::vector<std::string> argv{find_program("strace"),
                                      "-f",
                                      "-c",
                                      "-o",
                                      summary,
                                      program_of(load_client::stormdrain),
                                      "attack",
                                      url_,
                                      "--clients",
                                      std::to_string(traced_connections_count),
                                      "--requests",
                                      std::to_string(count)};
        if (closes) {
            argv.push_back("--close");
        }
        const finished run = acceptance::run_program(argv, folder_.file("output"), client_limit);
        const std::optional<std::uint64_t> calls = calls_in(acceptance::read_file(summary));
        if (run.how.exit_code != 0 || !calls) {
            throw std::runtime_error("strace: " + to_text(run.how) + "\n" + run.output);
        }
        return static_cast<double>(*calls) / count;
    }

private:
    workbench& bench_;
    const std::string url_;
    acceptance::scratch_folder folder_;
};

struct rival {
    load_client which;
    double ratio_max;
};

// In turns, and each first in every other round.
cost_row against(load_bench& bench, const load_work& work, rival other) {
    const std::string kind = work.closes ? "one request a connection" : "keep-alive";
    const std::string what = "load, " + kind + ", c=" + std::to_string(work.connections_count) +
                             ", by " + name_of(other.which);
    if (bench.program_of(other.which).empty()) {
        return missing_row(what, "not installed");
    }
    std::vector<double> ours;
    std::vector<double> theirs;
    for (int round = 0; round < rounds_count; ++round) {
        if (round % 2 == 0) {
            ours.push_back(bench.cost_of_request(load_client::stormdrain, work));
        }
        theirs.push_back(bench.cost_of_request(other.which, work));
        if (round % 2 == 1) {
            ours.push_back(bench.cost_of_request(load_client::stormdrain, work));
        }
    }
    cost_row row = ratio_row(what, "us", ours, theirs);
    row.limit = other.ratio_max;
    return row;
}

std::vector<cost_row> counted_calls(load_bench& bench) {
    if (find_program("strace").empty()) {
        return {missing_row("load, system calls a request", "no strace")};
    }
    cost_row kept =
        count_row("load, keep-alive, system calls a request", {bench.calls_a_request(false)});
    kept.limit = kept_calls_max;
    cost_row closed =
        count_row("load, one request a connection, system calls", {bench.calls_a_request(true)});
    closed.limit = closed_calls_max;
    return {kept, closed};
}

}  // namespace

std::vector<cost_row> cost_of_load(workbench& workshop, const std::string&) {
    if (std::thread::hardware_concurrency() < 2) {
        throw std::runtime_error("client and server need a CPU each");
    }
    const acceptance::scratch_folder folder;
    const lone_nginx server(folder, site_of_few_bytes());
    load_bench bench(workshop, "http://127.0.0.1:" + std::to_string(server.port()) + "/");
    std::vector<cost_row> rows;
    for (const unsigned count : kept_connections_counts) {
        rows.push_back(against(bench, {"", count, false}, {load_client::wrk, by_wrk_max}));
    }
    const load_work closes{"", closed_connections_count, true};
    rows.push_back(against(bench, {"", 100, false}, {load_client::hey, by_hey_max}));
    rows.push_back(against(bench, closes, {load_client::wrk, by_wrk_max}));
    rows.push_back(against(bench, closes, {load_client::ab, by_ab_max}));
    for (cost_row& row : counted_calls(bench)) {
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace stormdrain::benchmarks
