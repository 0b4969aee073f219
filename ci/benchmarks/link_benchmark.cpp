// link_benchmark BIN_FOLDER
//
// Measures stormdrain's link beside the proxies that people put in the path of a connection, and
// prints a table. All are measured in turns, in the same minute: each figure is the median of the
// rounds, with the least and the greatest of them. Exit code: 0 measured; 1 something could not be
// measured; 2 usage.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/benchmark_main.hpp"
#include "ci/benchmarks/link_peer.hpp"
#include "ci/benchmarks/loopback.hpp"
#include "ci/benchmarks/statistics.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

constexpr int rounds_count = 7;
constexpr std::size_t round_trips_count = 20'000;
constexpr std::uint64_t gibibyte = 1ULL << 30;
constexpr std::uint64_t bulk_bytes = 2 * gibibyte;
constexpr std::size_t short_count = 2'000;
constexpr std::size_t short_at_a_time = 50;
constexpr std::size_t delayed_count = 200;
constexpr double latency_ms = 50;
constexpr std::uint64_t slow_bytes_per_second = 20'000'000;
constexpr int children_end_within_ms = 100;
// Where everything shares one CPU, and where the proxy has one for itself.
constexpr int shared_cpu = 0;
constexpr int own_cpu = 1;

struct ports {
    std::uint16_t listens_on = 0;
    std::uint16_t leads_to = 0;
};

using command_line = std::vector<std::string>;

struct contender {
    std::string name;
    std::function<command_line(const ports&)> start;  // empty: no proxy at all
};

std::string address(std::uint16_t port) {
    return "127.0.0.1:" + std::to_string(port);
}

// A proxy, started for one measurement and ended behind it.
class running_proxy {
public:
    running_proxy(const command_line& argv, int cpu) : process_(::fork()) {
        if (process_ == 0) {
            become(argv, cpu);
        }
        if (process_ < 0) {
            throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
        }
    }
    running_proxy(const running_proxy&) = delete;
    running_proxy& operator=(const running_proxy&) = delete;
    ~running_proxy() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
        }
    }
    // Ends it; the CPU time of all that it was, and of the children that it waited for.
    double end_s() {
        ::kill(process_, SIGTERM);
        rusage used{};
        ::wait4(std::exchange(process_, -1), nullptr, 0, &used);
        const auto seconds = [](const timeval& time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
        };
        return seconds(used.ru_utime) + seconds(used.ru_stime);
    }

private:
    [[noreturn]] static void become(const command_line& argv, int cpu) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        pin_to_cpu(cpu);
        const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        for (const int stream : {0, 1, 2}) {
            ::dup2(nowhere, stream);
        }
        std::vector<char*> words;
        for (const std::string& word : argv) {
            words.push_back(const_cast<char*>(word.c_str()));
        }
        words.push_back(nullptr);
        ::execvp(words.front(), words.data());
        ::_exit(127);
    }

    pid_t process_;
};

// CPU seconds that the work cost the proxy, beyond its start and its end.
double cpu_s(const contender& one, std::uint16_t origin,
             const std::function<void(std::uint16_t)>& work) {
    const auto run = [&](const std::function<void(std::uint16_t)>& what) {
        const ports here{free_port(), origin};
        running_proxy proxy(one.start(here), own_cpu);
        await_listener(here.listens_on);
        what(here.listens_on);
        // A child that still ends is counted once its parent has waited for it.
        ::poll(nullptr, 0, children_end_within_ms);
        return proxy.end_s();
    };
    const double idle = run([](std::uint16_t) {});
    return run(work) - idle;
}

double percentile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    const auto last = static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(last * share)];
}

std::vector<double> measured_round_trips(const contender& one, std::uint16_t origin,
                                         std::size_t count) {
    if (!one.start) {
        return round_trips_us(origin, count);
    }
    const ports here{free_port(), origin};
    running_proxy proxy(one.start(here), shared_cpu);
    await_listener(here.listens_on);
    return round_trips_us(here.listens_on, count);
}

struct figures {
    std::vector<double> p50_us;
    std::vector<double> p99_us;
    std::vector<double> cpu_s_per_gib;
    std::vector<double> cpu_us_per_connection;
};

void measure(const contender& one, std::uint16_t origin, figures& into) {
    const std::vector<double> trips = measured_round_trips(one, origin, round_trips_count);
    into.p50_us.push_back(percentile(trips, 0.5));
    into.p99_us.push_back(percentile(trips, 0.99));
    if (!one.start) {
        return;
    }
    const auto bulk = [](std::uint16_t port) { read_bulk_s(port, bulk_bytes); };
    into.cpu_s_per_gib.push_back(cpu_s(one, origin, bulk) * static_cast<double>(gibibyte) /
                                 static_cast<double>(bulk_bytes));
    const auto storm = [](std::uint16_t port) {
        short_connections(port, short_count, short_at_a_time);
    };
    into.cpu_us_per_connection.push_back(cpu_s(one, origin, storm) * 1e6 /
                                         static_cast<double>(short_count));
}

std::string cell(const std::vector<double>& values, int digits) {
    if (values.empty()) {
        return "-";
    }
    const spread all = spread_of(values);
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << all.median << " [" << all.min << " .. "
         << all.max << "]";
    return text.str();
}

std::string row(const std::string& name, const std::vector<std::string>& cells) {
    std::ostringstream text;
    text << std::left << std::setw(16) << name;
    for (const std::string& one : cells) {
        text << std::setw(26) << one;
    }
    return text.str() + "\n";
}

std::string table(const std::vector<contender>& all, const std::map<std::string, figures>& seen) {
    std::string text =
        row("", {"added p50, us", "added p99, us", "CPU s/GiB", "CPU us/connection"});
    const figures& direct = seen.at(all.front().name);
    for (const contender& one : all) {
        const figures& here = seen.at(one.name);
        if (!one.start) {
            text +=
                row(one.name + " (whole)", {cell(here.p50_us, 1), cell(here.p99_us, 1), "-", "-"});
            continue;
        }
        text += row(one.name, {cell(differences(here.p50_us, direct.p50_us), 1),
                               cell(differences(here.p99_us, direct.p99_us), 1),
                               cell(here.cpu_s_per_gib, 3), cell(here.cpu_us_per_connection, 1)});
    }
    return text;
}

// How near the link's toxics come to what was asked for, on this machine as it is now.
std::string accuracy(const std::string& stormdrain, std::uint16_t origin) {
    const auto with = [&](const std::string& toxic) {
        return contender{toxic, [stormdrain, toxic](const ports& here) {
                             return command_line{stormdrain,   "link",
                                                 "--listen",   address(here.listens_on),
                                                 "--upstream", address(here.leads_to),
                                                 "--toxic",    toxic};
                         }};
    };
    std::ostringstream text;
    text << std::fixed << std::setprecision(2);
    const std::vector<double> delayed =
        measured_round_trips(with("latency:latency=50ms"), origin, delayed_count);
    text << "latency of " << latency_ms << " ms, " << delayed_count << " round trips: median "
         << percentile(delayed, 0.5) / 1'000 << " ms, p99 " << percentile(delayed, 0.99) / 1'000
         << " ms, most " << percentile(delayed, 1) / 1'000 << " ms\n";
    const contender slow = with("bandwidth:rate=20000000B/s");
    const ports here{free_port(), origin};
    running_proxy proxy(slow.start(here), own_cpu);
    await_listener(here.listens_on);
    const double took_s = read_bulk_s(here.listens_on, 2 * slow_bytes_per_second);
    const double rate = static_cast<double>(2 * slow_bytes_per_second) / took_s;
    text << "bandwidth of " << static_cast<double>(slow_bytes_per_second) / 1e6
         << " MB/s: " << rate / 1e6 << " MB/s\n";
    return text.str();
}

bool is_installed(const std::string& program) {
    const char* const path = ::getenv("PATH");
    std::istringstream folders((path == nullptr ? std::string() : path) + ":/usr/sbin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (::access((folder + "/" + program).c_str(), X_OK) == 0) {
            return true;
        }
    }
    return false;
}

contender haproxy(const acceptance::scratch_folder& folder, const std::string& name,
                  const std::string& option) {
    return {name, [&folder, name, option](const ports& here) {
                const std::string file = folder.file(name + ".cfg");
                acceptance::write_file(
                    file,
                    "global\n nbthread 1\n maxconn 2000\n tune.bufsize 65536\n"
                    "defaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n"
                    " timeout server 60s\n" +
                        option + "listen link\n bind " + address(here.listens_on) +
                        "\n server origin " + address(here.leads_to) + "\n");
                return command_line{"haproxy", "-db", "-f", file};
            }};
}

// No package of Debian's has it: TOXIPROXY says where it is. Empty: there is none.
std::string toxiproxy_program() {
    const char* const given = ::getenv("TOXIPROXY");
    if (given != nullptr && ::access(given, X_OK) != 0) {
        throw std::runtime_error("TOXIPROXY=" + std::string(given) + " cannot be run");
    }
    return given != nullptr ? given : is_installed("toxiproxy-server") ? "toxiproxy-server" : "";
}

// Those that are measured where they are there.
std::string missing_ones() {
    std::string lines;
    for (const std::string name : {"haproxy", "socat"}) {
        lines += is_installed(name) ? "" : name + ": not installed\n";
    }
    return lines + (toxiproxy_program().empty()
                        ? "toxiproxy: not installed (TOXIPROXY=/path/of/toxiproxy-server)\n"
                        : "");
}

std::vector<contender> contenders(const std::string& stormdrain,
                                  const acceptance::scratch_folder& folder) {
    std::vector<contender> all{{"direct", {}}, {"stormdrain link", [stormdrain](const ports& here) {
                                                    return command_line{
                                                        stormdrain,   "link",
                                                        "--listen",   address(here.listens_on),
                                                        "--upstream", address(here.leads_to)};
                                                }}};
    if (is_installed("haproxy")) {
        all.push_back(haproxy(folder, "haproxy", ""));
        all.push_back(haproxy(folder, "haproxy splice", " option splice-auto\n"));
    }
    if (is_installed("socat")) {
        all.push_back({"socat", [](const ports& here) {
                           return command_line{
                               "socat",
                               "TCP-LISTEN:" + std::to_string(here.listens_on) +
                                   ",bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=1024",
                               "TCP:" + address(here.leads_to) + ",nodelay"};
                       }});
    }
    if (const std::string server = toxiproxy_program(); !server.empty()) {
        all.push_back(
            {"toxiproxy", [&folder, server](const ports& here) {
                 const std::string file = folder.file("toxiproxy.json");
                 acceptance::write_file(file, R"([{"name": "link", "listen": ")" +
                                                  address(here.listens_on) + R"(", "upstream": ")" +
                                                  address(here.leads_to) + R"("}])");
                 return command_line{server, "-config", file, "-port", std::to_string(free_port())};
             }});
    }
    return all;
}

int print_figures(const std::string& bin) {
    if (::setenv("PATH",
                 (std::string(::getenv("PATH") == nullptr ? "" : ::getenv("PATH")) + ":/usr/sbin")
                     .c_str(),
                 1) != 0) {
        throw std::runtime_error("setenv failed");
    }
    const acceptance::scratch_folder folder;
    const std::string stormdrain = bin + "/stormdrain";
    const std::vector<contender> all = contenders(stormdrain, folder);
    const bench_origin origin(shared_cpu);
    pin_to_cpu(shared_cpu);
    std::map<std::string, figures> seen;
    for (int round = 0; round < rounds_count; ++round) {
        std::cerr << "round " << round + 1 << " of " << rounds_count << std::endl;
        // Another one is first each time: what one leaves behind falls upon all alike.
        for (std::size_t index = 0; index < all.size(); ++index) {
            const contender& one = all[(index + static_cast<std::size_t>(round)) % all.size()];
            measure(one, origin.port(), seen[one.name]);
        }
    }
    std::cout << "Medians of " << rounds_count
              << " rounds in turns, with the least and the greatest. Round trips: all on one CPU; "
                 "CPU time: the proxy on its own.\n\n"
              << table(all, seen) << missing_ones() << "\n"
              << accuracy(stormdrain, origin.port());
    return 0;
}

}  // namespace
}  // namespace stormdrain::benchmarks

int main(int argc, char** argv) {
    using namespace stormdrain::benchmarks;
    return benchmark_main(
        {argv, static_cast<std::size_t>(argc)}, {"link_benchmark", "BIN_FOLDER"},
        [](const std::vector<std::string>& arguments) { return print_figures(arguments[0]); });
}
