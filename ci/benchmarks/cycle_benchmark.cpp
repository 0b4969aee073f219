// cycle_benchmark BIN_FOLDER [ROUNDS]
//
// What a clean cycle of nginx costs beside a bare loop of posix_spawn, connect, one request,
// SIGTERM and waitpid; what CPU the harness itself takes for it: all its processes, without the
// server's; and what a launch alone takes beside posix_spawn, from a small and from a large
// process. All at a real-time priority where that is allowed: a wait for the CPU is nobody's cost.
// Exit code: 0 measured, also when a limit is passed; 1 something could not be measured; 2 usage.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/bare_cycle.hpp"
#include "ci/benchmarks/benchmark_main.hpp"
#include "ci/benchmarks/cost_table.hpp"
#include "ci/benchmarks/cycle_times.hpp"
#include "ci/benchmarks/find_program.hpp"

#include <sched.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

using namespace std::chrono_literals;
using acceptance::finished;

// A median of nine repeats itself where single ratios swing by a third.
constexpr int default_rounds_count = 9;
constexpr unsigned cycles_count = 30;
// A run of few cycles beside it: what is spent once a run is in both.
constexpr unsigned few_cycles_count = 10;
constexpr auto run_limit = 60s;
constexpr unsigned launches_count = 100;
constexpr std::array<unsigned, 2> ballasts_mb{1, 256};
// What the product promises of itself.
constexpr double added_to_cycle_ms_max = 2;
constexpr double share_of_cpu_max = 0.15;

std::string configuration(const std::string& port) {
    return R"(master_process off;
daemon off;
pid nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen 127.0.0.1:)" +
           port + R"(;
        location / { return 200 "hello world\n"; }
    }
}
)";
}

constexpr const char* suite = R"({
    "stormdrain": 1,
    "name": "cycle",
    "description": "The least that a cycle can do.",
    "targets": ["target.json"],
    "loads": {"one": {"route": "small", "clients": 1, "requests": 1, "after_stop": "close"}},
    "scenarios": [{"name": "clean", "load": "one", "stop": {"at": "after_load"}}]
})";

std::string target_of(const std::string& nginx) {
    return R"({"stormdrain": 1, "name": "nginx", "launch": {"argv": [")" + nginx +
           R"(", "-p", "${folder}", "-e", "stderr", "-c", "nginx.conf"],)"
           R"( "files": {"nginx.conf": "nginx.conf.in"}},)"
           R"( "ports": {"http": {"speaks": "http"}}, "routes": {"small": "/"},)"
           R"( "stop": {"graceful": {"signal": "SIGTERM", "exit_within": "1s"}}})";
}

struct measured_run {
    std::vector<double> cycles_ms;
    double harness_cpu_ms = 0;  // of all cycles and of what is spent once
    std::vector<cycle_times> times;
};

struct launch_cpu {
    double by_guard_ms = 0;
    double by_spawn_ms = 0;
};

class cycle_bench {
public:
    explicit cycle_bench(std::string bin_folder)
        : bin_folder_(std::move(bin_folder)), nginx_(find_program("nginx")) {
        if (nginx_.empty()) {
            throw std::runtime_error("nginx: not installed");
        }
        acceptance::write_file(folder_.file("suite.json"), suite);
        acceptance::write_file(folder_.file("target.json"), target_of(nginx_));
        acceptance::write_file(folder_.file("nginx.conf.in"), configuration("${port.http}"));
        bare_.port = free_port();
        std::filesystem::create_directory(folder_.file("bare"));
        acceptance::write_file(folder_.file("bare/nginx.conf"),
                               configuration(std::to_string(bare_.port)));
        bare_.argv = {nginx_, "-p", folder_.file("bare"), "-e", "stderr", "-c", "nginx.conf"};
    }

    std::vector<bare_cycle> run_bare() const {
        std::vector<bare_cycle> cycles;
        std::generate_n(std::back_inserter(cycles), cycles_count,
                        [this] { return run_bare_cycle(bare_); });
        return cycles;
    }

    measured_run run_harness(unsigned count) const {
        const std::string out = folder_.file("results");
        std::filesystem::remove_all(out);
        const finished run = acceptance::run_program(
            {bin_folder_ + "/stormdrain", "run", folder_.file("suite.json"), "--cycles",
             std::to_string(count), "--seed", "1", "--out", out, "--progress", "none"},
            folder_.file("output"), run_limit);
        measured_run measured;
        measured.times = read_cycle_times(acceptance::read_file(out + "/results.jsonl"));
        if (run.how.exit_code != 0 || measured.times.size() != count) {
            throw std::runtime_error("stormdrain run: " + to_text(run.how) + "\n" + run.output);
        }
        measured.harness_cpu_ms =
            std::chrono::duration<double, std::milli>(run.how.cpu_time).count();
        for (const cycle_times& one : measured.times) {
            measured.cycles_ms.push_back(one.total_ms);
            measured.harness_cpu_ms -= one.server_cpu_ms;
        }
        return measured;
    }

    launch_cpu run_launches(unsigned ballast_mb) const {
        const finished run = acceptance::run_program(
            {bin_folder_ + "/launch_storm", std::to_string(ballast_mb),
             std::to_string(launches_count)},
            folder_.file("output"), run_limit);
        std::istringstream words(run.output);
        std::string unused;
        double guard_us = 0;
        double spawn_us = 0;
        words >> unused >> guard_us >> unused >> spawn_us;
        if (run.how.exit_code != 0 || !words) {
            throw std::runtime_error("launch_storm: " + to_text(run.how) + "\n" + run.output);
        }
        constexpr double us_a_ms = 1e3;
        return {guard_us / us_a_ms, spawn_us / us_a_ms};
    }

private:
    const std::string bin_folder_;
    const std::string nginx_;
    acceptance::scratch_folder folder_;
    bare_server bare_;
};

double median_total_ms(const std::vector<bare_cycle>& cycles) {
    std::vector<double> lengths;
    std::ranges::transform(cycles, std::back_inserter(lengths), &bare_cycle::total_ms);
    return median_of(std::move(lengths));
}

std::vector<cost_row> measure(cycle_bench& bench, int rounds_count) {
    std::vector<double> with;
    std::vector<double> without;
    std::vector<double> harness_cpu;
    std::vector<double> launched;
    std::vector<double> ended;
    for (int round = 0; round < rounds_count; ++round) {
        const measured_run few = bench.run_harness(few_cycles_count);
        without.push_back(median_total_ms(bench.run_bare()));
        const measured_run many = bench.run_harness(few_cycles_count + cycles_count);
        with.push_back(median_of(many.cycles_ms));
        harness_cpu.push_back((many.harness_cpu_ms - few.harness_cpu_ms) / cycles_count);
        std::vector<double> to_exec;
        std::vector<double> to_exit;
        for (const cycle_times& one : many.times) {
            to_exec.push_back(one.launched_ms);
            to_exit.push_back(one.stop_to_exit_ms);
        }
        launched.push_back(median_of(std::move(to_exec)));
        ended.push_back(median_of(std::move(to_exit)));
    }
    cost_row added = difference_row("clean cycle of nginx, by a bare loop", with, without);
    added.limit = added_to_cycle_ms_max;
    cost_row share =
        ratio_row("CPU of the harness, by the bare loop's time", "ms", harness_cpu, without);
    share.limit = share_of_cpu_max;
    return {added, share, whole_row("  cycle's start to exec", launched),
            whole_row("  stop to exit", ended)};
}

cost_row launch_row(const cycle_bench& bench, unsigned ballast_mb, int rounds_count) {
    std::vector<double> by_guard;
    std::vector<double> by_spawn;
    for (int round = 0; round < rounds_count; ++round) {
        const launch_cpu one = bench.run_launches(ballast_mb);
        by_guard.push_back(one.by_guard_ms);
        by_spawn.push_back(one.by_spawn_ms);
    }
    return ratio_row("CPU of a launch at " + std::to_string(ballast_mb) + " MB, by posix_spawn's",
                     "ms", by_guard, by_spawn);
}

// Inherited by all that is measured.
bool take_priority() {
    sched_param lowest{};
    lowest.sched_priority = ::sched_get_priority_min(SCHED_RR);
    return ::sched_setscheduler(0, SCHED_RR, &lowest) == 0;
}

int print_costs(const std::string& bin_folder, int rounds_count) {
    std::vector<cost_row> rows;
    int code = 0;
    const bool has_priority = take_priority();
    try {
        cycle_bench bench(bin_folder);
        rows = measure(bench, rounds_count);
        for (const unsigned ballast_mb : ballasts_mb) {
            rows.push_back(launch_row(bench, ballast_mb, rounds_count));
        }
    } catch (const std::exception& error) {
        rows.push_back(missing_row("clean cycle of nginx", error.what()));
        code = 1;
    }
    std::cout << "A clean cycle of nginx beside the barest loop, medians of " << rounds_count
              << " rounds of " << cycles_count << ", with the least and the greatest round, "
              << (has_priority ? "at a real-time priority.\n\n"
                               : "among whatever else the machine does.\n\n")
              << to_text(rows);
    return code;
}

}  // namespace
}  // namespace stormdrain::benchmarks

int main(int argc, char** argv) {
    using namespace stormdrain::benchmarks;
    return benchmark_main(
        {argv, static_cast<std::size_t>(argc)}, {"cycle_benchmark", "BIN_FOLDER [ROUNDS]"},
        [](const std::vector<std::string>& arguments) {
            const int rounds_count =
                arguments.size() > 1 ? std::atoi(arguments[1].c_str()) : default_rounds_count;
            return print_costs(arguments[0], std::max(rounds_count, 1));
        });
}
