// benchmark BIN_FOLDER SERVERS_FOLDER
//
// Measures what the harness adds to a cycle, and prints a table. What is compared was run in turns,
// on the same machine and in the same minute: each row is the median of the rounds' medians, with
// the smallest and the largest of them beside it. Exit code: 0 measured, also when a limit is
// passed; 1 something could not be measured; 2 usage.

#include "ci/benchmarks/benchmark_main.hpp"
#include "ci/benchmarks/cost_table.hpp"
#include "ci/benchmarks/find_program.hpp"
#include "ci/benchmarks/load_costs.hpp"
#include "ci/benchmarks/workbench.hpp"

#include <poll.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

// A median of nine repeats itself where single ratios swing by a third.
constexpr int rounds_count = 9;
// A hang takes 2.3 s, nearly all of it the wait for the deadline.
constexpr int hang_rounds_count = 5;
constexpr unsigned bare_cycles_count = 20;
constexpr unsigned spawns_count = 20;
constexpr unsigned many_descriptors_cycles_count = 5;
// 2,000 connections each, all of which stay in TIME_WAIT for a minute.
constexpr unsigned accept_cycles_count = 1;
constexpr std::array<unsigned, 3> descriptors_counts{10, 1'000, 8'000};
constexpr std::array<unsigned, 2> threads_counts{8, 64};
// TCP_TIMEWAIT_LEN (include/net/tcp.h) is 60 s; these few cost less than a round's noise.
constexpr auto time_wait_limit = std::chrono::seconds(65);
constexpr std::uint64_t time_wait_count_max = 500;
constexpr int look_interval_ms = 500;
// What the product promises of itself.
constexpr double added_to_cycle_ms_max = 2;
constexpr double dossier_of_64_threads_ms_max = 1'000;

// One entry a round, in it one a cycle.
using rounds = std::vector<std::vector<cycle_times>>;

struct comparison {
    rounds with;
    rounds without;
};

template <class Projection>
std::vector<double> medians(const rounds& measured, Projection projection) {
    std::vector<double> result;
    for (const std::vector<cycle_times>& round : measured) {
        std::vector<double> values;
        std::ranges::transform(round, std::back_inserter(values), projection);
        result.push_back(median_of(std::move(values)));
    }
    return result;
}

std::vector<cycle_times> run_served(workbench& bench, const work& what) {
    std::vector<cycle_times> cycles = bench.run(what);
    for (const cycle_times& one : cycles) {
        if (one.hang || one.unusual_count != 0) {
            throw std::runtime_error(one.hang ? "the server did not stop in time"
                                              : std::to_string(one.unusual_count) +
                                                    " requests were not answered");
        }
    }
    return cycles;
}

void nothing() {}

// In turns, and each first in every other round: what the machine does meanwhile, and what one run
// leaves to the next, falls upon both alike.
comparison compare(workbench& bench, const work& with, const work& without,
                   const std::function<void()>& also_each_round = nothing) {
    comparison measured;
    for (int round = 0; round < rounds_count; ++round) {
        if (round % 2 == 0) {
            measured.with.push_back(run_served(bench, with));
            measured.without.push_back(run_served(bench, without));
        } else {
            measured.without.push_back(run_served(bench, without));
            measured.with.push_back(run_served(bench, with));
        }
        also_each_round();
    }
    return measured;
}

cost_row difference_of(const std::string& what, const comparison& measured,
                       double cycle_times::*time) {
    return difference_row(what, medians(measured.with, time), medians(measured.without, time));
}

std::string witness_of(const comparison& measured) {
    const std::string witness = measured.with.front().front().witness;
    if (witness == "none") {
        throw std::runtime_error("no exit was witnessed");
    }
    return witness;
}

std::vector<double> sums(std::vector<double> left, const std::vector<double>& right) {
    std::ranges::transform(left, right, left.begin(), std::plus<>());
    return left;
}

struct server_under_test {
    std::string name;
    std::string target_file;
    std::vector<std::string> ends_at_once;  // argv of the same program with nothing to do
};

std::vector<cost_row> cost_of_launch_and_exit(workbench& bench, const server_under_test& server) {
    const work with{"bare", bench.copied_target(server.target_file, "automatic"),
                    bare_cycles_count};
    const work without{"bare", bench.copied_target(server.target_file, "off"), bare_cycles_count};
    std::vector<double> spawned;
    const auto spawn = [&] {
        std::vector<double> values;
        for (unsigned index = 0; index < spawns_count; ++index) {
            values.push_back(bench.spawn_ms(server.ends_at_once));
        }
        spawned.push_back(median_of(std::move(values)));
    };
    const comparison measured = compare(bench, with, without, spawn);
    const std::string& name = server.name;
    const std::vector<double> launched = medians(measured.with, &cycle_times::launched_ms);
    const std::vector<double> ended = medians(measured.with, &cycle_times::stop_to_exit_ms);
    const std::vector<double> ended_unseen =
        medians(measured.without, &cycle_times::stop_to_exit_ms);
    cost_row together =
        whole_row(name + ": launch and exit census together",
                  sums(differences(launched, spawned), differences(ended, ended_unseen)));
    together.limit = added_to_cycle_ms_max;
    return {difference_of(name + ": whole cycle (exits seen by " + witness_of(measured) + ")",
                          measured, &cycle_times::total_ms),
            difference_of(name + ": cycle's start to exec", measured, &cycle_times::launched_ms),
            difference_row(name + ": the same, without: posix_spawn", launched, spawned),
            difference_of(name + ": stop to exit", measured, &cycle_times::stop_to_exit_ms),
            together};
}

std::vector<cost_row> cost_for_reference(workbench& bench, const std::string& servers) {
    return cost_of_launch_and_exit(bench, {"reference",
                                           servers + "/reference/target.json",
                                           {bench.program("server_reference"), "--version"}});
}

std::vector<cost_row> cost_for_nginx(workbench& bench, const std::string& servers) {
    const std::string nginx = find_program("nginx");
    if (nginx.empty()) {
        return {missing_row("nginx", "not installed")};
    }
    return cost_of_launch_and_exit(bench, {"nginx", servers + "/nginx/target.json", {nginx, "-v"}});
}

cost_row cost_of_descriptors(workbench& bench, unsigned count) {
    const unsigned cycles = count > 1'000 ? many_descriptors_cycles_count : bare_cycles_count;
    idle_server_options options;
    options.descriptors_count = count;
    const work with{"bare", bench.idle_target(options), cycles};
    options.exit_watch = "off";
    const work without{"bare", bench.idle_target(options), cycles};
    const comparison measured = compare(bench, with, without);
    const cycle_times& sample = measured.with.front().front();
    if (sample.descriptors_at_exit_count < count) {
        throw std::runtime_error("only " + std::to_string(sample.descriptors_at_exit_count) +
                                 " were seen at the exit, by " + witness_of(measured));
    }
    return difference_of("exit census of " + std::to_string(count) + " descriptors", measured,
                         &cycle_times::stop_to_exit_ms);
}

std::vector<cost_row> cost_by_descriptors(workbench& bench, const std::string&) {
    std::vector<cost_row> rows;
    for (const unsigned count : descriptors_counts) {
        rows.push_back(cost_of_descriptors(bench, count));
    }
    return rows;
}

std::vector<cycle_times> run_hanging(workbench& bench, const work& what, unsigned threads) {
    std::vector<cycle_times> cycles = bench.run(what);
    for (const cycle_times& one : cycles) {
        if (!one.hang) {
            throw std::runtime_error("the server that never stops did stop");
        }
        if (one.hang->stacks_count != threads) {
            throw std::runtime_error(std::to_string(one.hang->stacks_count) + " stacks of " +
                                     std::to_string(threads) + ": " + one.hang->stacks_missing);
        }
    }
    return cycles;
}

std::vector<cost_row> rows_of_dossier(unsigned threads, const rounds& measured) {
    const std::string of_threads = " of " + std::to_string(threads) + " threads";
    const auto whole = [](const cycle_times& one) { return one.hang->deadline_to_kill_ms; };
    const auto watched = [](const cycle_times& one) { return one.hang->watched_ms; };
    cost_row dossier =
        whole_row("hang dossier" + of_threads + ", to SIGKILL", medians(measured, whole));
    if (threads == threads_counts.back()) {
        dossier.limit = dossier_of_64_threads_ms_max;
    }
    return {dossier, whole_row("  of that: watching, 150 ms by choice", medians(measured, watched)),
            whole_row("  of that: stacks, descriptors, judgement",
                      differences(medians(measured, whole), medians(measured, watched)))};
}

std::vector<cost_row> cost_of_dossiers(workbench& bench, const std::string&) {
    std::array<work, threads_counts.size()> works;
    for (std::size_t index = 0; index < works.size(); ++index) {
        idle_server_options options;
        options.sleeping_threads_count = threads_counts[index] - 1;  // beside the first
        options.at_stop = "stays";
        works[index] = {"bare", bench.idle_target(options), 1};
    }
    std::array<rounds, threads_counts.size()> measured;
    for (int round = 0; round < hang_rounds_count; ++round) {
        for (std::size_t index = 0; index < works.size(); ++index) {
            measured[index].push_back(run_hanging(bench, works[index], threads_counts[index]));
        }
    }
    std::vector<cost_row> rows;
    for (std::size_t index = 0; index < works.size(); ++index) {
        std::ranges::move(rows_of_dossier(threads_counts[index], measured[index]),
                          std::back_inserter(rows));
    }
    return rows;
}

double connections_per_second(const cycle_times& one) {
    return static_cast<double>(one.requests_count) / one.load_ms * 1'000;
}

std::vector<cost_row> cost_of_accept_trap(workbench& bench, const std::string& servers) {
    const std::string target = bench.copied_target(servers + "/reference/target.json", "automatic");
    const comparison measured = compare(bench, {"accept_trap_spent", target, accept_cycles_count},
                                        {"short_connections", target, accept_cycles_count});
    for (const std::vector<cycle_times>& round : measured.with) {
        for (const cycle_times& one : round) {
            // The stop waits for both: the load must have been the longer.
            if (!one.fault_ms || *one.fault_ms > one.load_ms) {
                throw std::runtime_error("the fault was not over soon enough");
            }
        }
    }
    return {ratio_row("accept trap, spent: short connections", "1/s",
                      medians(measured.with, connections_per_second),
                      medians(measured.without, connections_per_second))};
}

struct measurement {
    std::string_view name;
    std::vector<cost_row> (*measure)(workbench& bench, const std::string& servers);
};

constexpr std::array<measurement, 6> measurements{
    {{"launch and exit census, reference server", cost_for_reference},
     {"launch and exit census, nginx", cost_for_nginx},
     {"exit census by number of descriptors", cost_by_descriptors},
     {"hang dossier", cost_of_dossiers},
     {"accept trap", cost_of_accept_trap},
     // The last: of its connections a hundred thousand stay in TIME_WAIT.
     {"load", cost_of_load}}};

// What else spoils a measurement: work of others, and what the connections of the last minute left.
struct surroundings {
    double load_average = 0;
    std::uint64_t time_wait_count = 0;
};

surroundings look_around() {
    surroundings seen;
    ::getloadavg(&seen.load_average, 1);  // what it cannot tell stays zero
    // "TCP: inuse 4 orphan 0 tw 12 alloc 6 mem 1"
    std::ifstream words("/proc/net/sockstat");
    for (std::string word; words >> word;) {
        if (word == "tw") {
            words >> seen.time_wait_count;
        }
    }
    return seen;
}

// Every look at the kernel's table of sockets walks past those in TIME_WAIT, so that ten thousand
// of them cost a cycle milliseconds. The run before has left its own: they go away within a minute.
surroundings wait_for_time_wait_to_pass() {
    surroundings seen = look_around();
    const auto deadline = acceptance::clock::now() + time_wait_limit;
    while (seen.time_wait_count > time_wait_count_max && acceptance::clock::now() < deadline) {
        ::poll(nullptr, 0, look_interval_ms);  // nothing tells when a socket leaves that state
        seen = look_around();
    }
    return seen;
}

std::string heading(const surroundings& before, const surroundings& after) {
    const unsigned processors_count = std::thread::hardware_concurrency();
    const double load_max = std::max(before.load_average, after.load_average);
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << "Medians of " << rounds_count
         << " rounds in turns (hangs: " << hang_rounds_count
         << "), with the least and the greatest round.\n"
         << processors_count << " CPUs, load average " << before.load_average << " before, "
         << after.load_average << " after; " << before.time_wait_count
         << " sockets in TIME_WAIT before\n";
    if (load_max > processors_count) {
        text << "The machine was busy with something else: a limit that is OVER proves nothing.\n";
    }
    return text.str() + "\n";
}

int print_costs(const std::string& bin, const std::string& servers) {
    workbench bench(bin);
    std::vector<cost_row> rows;
    int code = 0;
    std::cerr << "waiting for sockets in TIME_WAIT, a minute at most" << std::endl;
    const surroundings before = wait_for_time_wait_to_pass();
    for (const measurement& one : measurements) {
        std::cerr << "measuring: " << one.name << std::endl;
        try {
            std::ranges::move(one.measure(bench, servers), std::back_inserter(rows));
        } catch (const std::exception& error) {
            rows.push_back(missing_row(std::string(one.name), error.what()));
            code = 1;
        }
    }
    std::cout << heading(before, look_around()) << to_text(rows);
    return code;
}

}  // namespace
}  // namespace stormdrain::benchmarks

int main(int argc, char** argv) {
    using namespace stormdrain::benchmarks;
    return benchmark_main({argv, static_cast<std::size_t>(argc)},
                          {"benchmark", "BIN_FOLDER SERVERS_FOLDER"},
                          [](const std::vector<std::string>& arguments) {
                              return print_costs(arguments[0], arguments[1]);
                          });
}
