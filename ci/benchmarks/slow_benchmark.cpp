// slow_benchmark BIN_FOLDER
//
// What slow clients cost the program that holds them: user and system time of stormdrain and of
// slowhttptest, in turns against the same nginx, the server on the first CPU and the clients on the
// second; and the memory of a connection. Exit code: 0 measured, also when a limit is passed; 1
// something could not be measured; 2 usage.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/benchmark_main.hpp"
#include "ci/benchmarks/cost_table.hpp"
#include "ci/benchmarks/find_program.hpp"
#include "ci/benchmarks/lone_nginx.hpp"
#include "ci/benchmarks/slow_programs.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

using namespace std::chrono_literals;
using acceptance::finished;

// A median of nine repeats itself where single ratios swing by a third.
constexpr int default_rounds_count = 9;
constexpr auto client_limit = 90s;
constexpr unsigned server_connections_count = 12'000;

struct size_of_work {
    unsigned clients_count;
    unsigned seconds;  // slowhttptest needs ten to connect the ten thousand
    double ratio_max;  // what the product promises of itself
};
constexpr std::array<size_of_work, 2> sizes{{{1'000, 10, 0.10}, {10'000, 20, 0.15}}};
// Of a run that holds many the part that is not all there.
constexpr double held_share_min = 0.8;

// It keeps its clients for longer than any of the runs.
nginx_site patient_site() {
    nginx_site site;
    site.settings = "client_header_timeout 600s;";
    site.answers = R"(location / { return 200 "hello world\n"; })";
    site.connections_count = server_connections_count;
    return site;
}

class slow_bench {
public:
    slow_bench(std::string bin_folder, std::string url)
        : bin_folder_(std::move(bin_folder)), url_(std::move(url)) {}

    // Seconds of CPU in all.
    double cost_of(slow_program which, const size_of_work& size) {
        const std::string program = which == slow_program::stormdrain
                                        ? bin_folder_ + "/stormdrain"
                                        : find_program(name_of(which));
        if (program.empty()) {
            throw std::runtime_error(name_of(which) + ": not installed");
        }
        std::vector<std::string> argv{find_program("taskset"), "-c", "1"};
        const std::vector<std::string> client =
            argv_of(which, program, {url_, size.clients_count, size.seconds});
        argv.insert(argv.end(), client.begin(), client.end());
        const finished run = acceptance::run_program(argv, folder_.file("output"), client_limit);
        const std::optional<std::uint64_t> held = held_by(which, run.output);
        if (!held || static_cast<double>(*held) < held_share_min * size.clients_count) {
            throw std::runtime_error(name_of(which) + ": " + to_text(run.how) + "\n" + run.output);
        }
        return std::chrono::duration<double>(run.how.cpu_time).count();
    }

private:
    const std::string bin_folder_;
    const std::string url_;
    acceptance::scratch_folder folder_;
};

// In turns, and each first in every other round.
cost_row against(slow_bench& bench, const size_of_work& size, int rounds_count) {
    std::vector<double> ours;
    std::vector<double> theirs;
    for (int round = 0; round < rounds_count; ++round) {
        if (round % 2 == 0) {
            ours.push_back(bench.cost_of(slow_program::stormdrain, size));
        }
        theirs.push_back(bench.cost_of(slow_program::slowhttptest, size));
        if (round % 2 == 1) {
            ours.push_back(bench.cost_of(slow_program::stormdrain, size));
        }
    }
    cost_row row = ratio_row(std::to_string(size.clients_count) + " slow-header clients, " +
                                 std::to_string(size.seconds) + " s, by slowhttptest",
                             "s", ours, theirs);
    row.limit = size.ratio_max;
    return row;
}

int print_costs(const std::string& bin_folder, int rounds_count) {
    if (std::thread::hardware_concurrency() < 2) {
        std::cerr << "slow_benchmark: client and server need a CPU each\n";
        return 1;
    }
    std::vector<cost_row> rows;
    int code = 0;
    try {
        const acceptance::scratch_folder folder;
        const lone_nginx server(folder, patient_site());
        slow_bench bench(bin_folder, "http://127.0.0.1:" + std::to_string(server.port()) + "/");
        for (const size_of_work& size : sizes) {
            rows.push_back(against(bench, size, rounds_count));
        }
    } catch (const std::exception& error) {
        rows.push_back(missing_row("the rest", error.what()));
        code = 1;
    }
    std::cout << "CPU time of slow clients: stormdrain's (with) beside slowhttptest's (without), "
                 "medians of "
              << rounds_count << " rounds in turns, with the least and the greatest round.\n\n"
              << to_text(rows);
    return code;
}

}  // namespace
}  // namespace stormdrain::benchmarks

int main(int argc, char** argv) {
    using namespace stormdrain::benchmarks;
    return benchmark_main(
        {argv, static_cast<std::size_t>(argc)}, {"slow_benchmark", "BIN_FOLDER [ROUNDS]"},
        [](const std::vector<std::string>& arguments) {
            const int rounds_count =
                arguments.size() > 1 ? std::atoi(arguments[1].c_str()) : default_rounds_count;
            return print_costs(arguments[0], std::max(rounds_count, 1));
        });
}
