// tls_benchmark BIN_FOLDER
//
// What a TLS handshake, and a request over TLS, cost the client that makes it: user and system time
// by request, of our sessions and of wrk, in turns against the same nginx, the server on the first
// CPU and the clients on the second. Tickets and cache are off: with them wrk resumes in silence.
// Exit code: 0 measured, also when a limit is passed; 1 something could not be measured; 2 usage.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/cost_table.hpp"
#include "ci/benchmarks/find_program.hpp"
#include "ci/benchmarks/https_clients.hpp"
#include "ci/benchmarks/lone_nginx.hpp"
#include "ci/benchmarks/printed_counts.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

using namespace std::chrono_literals;
using acceptance::finished;

// A median of nine repeats itself where single ratios swing by a third.
constexpr int rounds_count = 9;
constexpr unsigned handshakes_count = 2'000;  // of a run, about a second of the server's
constexpr unsigned requests_count = 80'000;
constexpr unsigned storm_connections_count = 50;
constexpr unsigned kept_connections_count = 100;
// What the product promises of itself, as the ratio to wrk's.
constexpr double handshake_by_openssl_max = 0.90;
constexpr double handshake_by_our_own_max = 0.50;
constexpr double kept_request_max = 0.95;
constexpr double calls_a_handshake_max = 17;
constexpr double calls_a_request_max = 2.1;
constexpr auto client_limit = 60s;

std::vector<std::string> found(std::vector<std::string> argv) {
    if (argv.front().find('/') == std::string::npos) {
        const std::string program = find_program(argv.front());
        if (program.empty()) {
            throw std::runtime_error(argv.front() + ": not installed");
        }
        argv.front() = program;
    }
    return argv;
}

std::vector<std::string> with_prefix(std::vector<std::string> prefix,
                                     const std::vector<std::string>& argv) {
    const std::vector<std::string> program = found(argv);
    prefix.insert(prefix.end(), program.begin(), program.end());
    return found(std::move(prefix));
}

// Tickets and cache are off: with them wrk resumes in silence.
nginx_site site_with_certificate() {
    return {
        "ssl_session_tickets off; ssl_session_cache off; ssl_protocols TLSv1.2 TLSv1.3;\n"
        "    ssl_certificate certificate.pem; ssl_certificate_key certificate.key;",
        "ssl", R"(location = /small { return 200 "hello world\n"; })"};
}

// nginx with a certificate of its own.
class https_server {
public:
    explicit https_server(const std::vector<std::string>& key_options) {
        std::vector<std::string> request{"openssl", "req", "-x509"};
        request.insert(request.end(), key_options.begin(), key_options.end());
        request.insert(request.end(),
                       {"-nodes", "-days", "10", "-subj", "/CN=localhost", "-keyout",
                        folder_.file("certificate.key"), "-out", folder_.file("certificate.pem")});
        const finished made =
            acceptance::run_program(found(request), folder_.file("openssl.log"), client_limit);
        if (made.how.exit_code != 0) {
            throw std::runtime_error("no certificate: " + made.output);
        }
        running_.emplace(folder_, site_with_certificate());
    }

    std::string port() const { return std::to_string(running_->port()); }

private:
    acceptance::scratch_folder folder_;
    std::optional<lone_nginx> running_;
};

// Of the children that were waited for; the server is not among them.
double cpu_us_of_children() {
    rusage used{};
    ::getrusage(RUSAGE_CHILDREN, &used);  // cannot fail: both arguments are right (getrusage(2))
    constexpr double us_a_second = 1e6;
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * us_a_second +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

class https_bench {
public:
    explicit https_bench(std::string bin_folder) : bin_folder_(std::move(bin_folder)) {}

    double cpu_us_a_request(https_client which, const https_work& work) {
        const double before = cpu_us_of_children();
        const std::uint64_t answers =
            run(which, with_prefix({"taskset", "-c", "1"}, argv_of(which, bin_folder_, work)));
        return (cpu_us_of_children() - before) / static_cast<double>(answers);
    }

    double calls_a_request(https_client which, const https_work& work) {
        const std::string summary = folder_.file("calls");
        const std::uint64_t answers = run(which, with_prefix({"strace", "-f", "-c", "-o", summary},
                                                             argv_of(which, bin_folder_, work)));
        const std::optional<std::uint64_t> calls = calls_in(acceptance::read_file(summary));
        if (!calls) {
            throw std::runtime_error("strace counted nothing");
        }
        return static_cast<double>(*calls) / static_cast<double>(answers);
    }

private:
    std::uint64_t run(https_client which, const std::vector<std::string>& argv) {
        const finished run = acceptance::run_program(argv, folder_.file("output"), client_limit);
        const std::optional<std::uint64_t> answers = answers_in(which, run.output);
        if (run.how.exit_code != 0 || !answers || *answers == 0) {
            throw std::runtime_error(name_of(which) + ": " + to_text(run.how) + "\n" + run.output);
        }
        return *answers;
    }

    std::string bin_folder_;
    acceptance::scratch_folder folder_;
};

// A session of ours, and what it may take of wrk's time.
struct rival {
    https_client which;
    std::optional<double> ratio_max;
};

std::vector<cost_row> beside_wrk(https_bench& bench, const std::string& what,
                                 const https_work& work, const std::vector<rival>& rivals) {
    std::vector<https_client> clients{https_client::wrk};
    for (const rival& one : rivals) {
        clients.push_back(one.which);
    }
    std::map<https_client, std::vector<double>> taken;
    for (int round = 0; round < rounds_count; ++round) {
        for (const https_client which : clients) {
            taken[which].push_back(bench.cpu_us_a_request(which, work));
        }
        std::ranges::reverse(clients);  // each is the first one in every other round
    }
    std::vector<cost_row> rows;
    for (const rival& one : rivals) {
        cost_row row = ratio_row(what + ": " + name_of(one.which), "us", taken[one.which],
                                 taken[https_client::wrk]);
        row.limit = one.ratio_max;
        rows.push_back(row);
    }
    return rows;
}

cost_row calls_row(https_bench& bench, const std::string& what, const https_work& work,
                   const rival& one) {
    cost_row row = whole_row("system calls, " + what + ": " + name_of(one.which),
                             {bench.calls_a_request(one.which, work)});
    row.unit = "";
    row.limit = one.ratio_max;
    return row;
}

void measure(https_bench& bench, std::vector<cost_row>& rows) {
    const auto take = [&rows](const std::vector<cost_row>& more) {
        rows.insert(rows.end(), more.begin(), more.end());
    };
    const https_server ecdsa({"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"});
    const https_server rsa({"-newkey", "rsa:2048"});
    const std::vector<rival> storm{{https_client::openssl_session, handshake_by_openssl_max},
                                   {https_client::own_session, handshake_by_our_own_max},
                                   {https_client::unproven_session, std::nullopt}};
    https_work work{https_load::handshakes, ecdsa.port(), storm_connections_count,
                    handshakes_count};
    take(beside_wrk(bench, "handshake, ECDSA P-256", work, storm));
    for (const https_client which : {https_client::openssl_session, https_client::own_session}) {
        rows.push_back(calls_row(bench, "handshake", work, {which, calls_a_handshake_max}));
    }
    work.port = rsa.port();
    take(beside_wrk(bench, "handshake, RSA-2048", work, storm));
    work = {https_load::keep_alive, ecdsa.port(), kept_connections_count, requests_count};
    take(beside_wrk(bench, "keep-alive", work,
                    {{https_client::openssl_session, kept_request_max},
                     {https_client::own_session, kept_request_max}}));
    for (const https_client which : {https_client::openssl_session, https_client::own_session}) {
        rows.push_back(calls_row(bench, "keep-alive", work, {which, calls_a_request_max}));
    }
}

int print_costs(const std::string& bin_folder) {
    if (std::thread::hardware_concurrency() < 2) {
        std::cerr << "tls_benchmark: client and server need a CPU each\n";
        return 1;
    }
    https_bench bench(bin_folder);
    std::vector<cost_row> rows;
    int code = 0;
    try {
        measure(bench, rows);
    } catch (const std::exception& error) {
        rows.push_back(missing_row("the rest", error.what()));
        code = 1;
    }
    std::cout << "CPU time of a client by request: ours (with) beside wrk's (without), medians of "
              << rounds_count << " rounds in turns, with the least and the greatest round.\n\n"
              << to_text(rows);
    return code;
}

}  // namespace
}  // namespace stormdrain::benchmarks

int main(int argc, char** argv) {
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    if (arguments.size() != 2) {
        std::cerr << "usage: tls_benchmark BIN_FOLDER\n";
        return 2;
    }
    try {
        return stormdrain::benchmarks::print_costs(arguments[1]);
    } catch (const std::exception& error) {
        std::cerr << "tls_benchmark: " << error.what() << "\n";
        return 1;
    }
}
