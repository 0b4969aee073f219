// tls_benchmark BIN_FOLDER
//
// What a TLS handshake, and a request over TLS, cost the client that makes it: user and system time
// by request, of our sessions and of wrk, in turns against the same nginx, the server on the first
// CPU and the clients on the second. Tickets and cache are off: with them wrk resumes in silence.
// Exit code: 0 measured, also when a limit is passed; 1 something could not be measured; 2 usage.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/cost_table.hpp"
#include "ci/benchmarks/https_clients.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

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
constexpr auto ready_limit = 10s;
constexpr int look_interval_ms = 20;

std::vector<std::string> found_in_path(const std::vector<std::string>& argv) {
    // Debian has servers outside an ordinary user's PATH.
    std::vector<std::string> found{"/usr/bin/env",
                                   "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin"};
    found.insert(found.end(), argv.begin(), argv.end());
    return found;
}

std::vector<std::string> on_cpu(const std::string& number, const std::vector<std::string>& argv) {
    std::vector<std::string> pinned{"taskset", "-c", number};
    pinned.insert(pinned.end(), argv.begin(), argv.end());
    return found_in_path(pinned);
}

class tcp_socket {
public:
    tcp_socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    tcp_socket(const tcp_socket&) = delete;
    tcp_socket& operator=(const tcp_socket&) = delete;
    ~tcp_socket() { ::close(descriptor_); }

    std::uint16_t bind_to_any_port() const {
        sockaddr_in address = loopback(0);
        socklen_t bytes = sizeof(address);
        if (::bind(descriptor_, generic(address), bytes) != 0 ||
            ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &bytes) != 0) {
            throw std::runtime_error("no port is free");
        }
        return ntohs(address.sin_port);
    }
    bool can_connect(std::uint16_t port) const {
        const sockaddr_in address = loopback(port);
        return ::connect(descriptor_, generic(address), sizeof(address)) == 0;
    }

private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }
    static const sockaddr* generic(const sockaddr_in& address) {
        return reinterpret_cast<const sockaddr*>(&address);
    }

    int descriptor_;
};

std::string nginx_configuration(std::uint16_t port) {
    return "daemon off; master_process off; pid nginx.pid; error_log stderr warn;\n"
           "events { worker_connections 4096; multi_accept on; }\n"
           "http { access_log off; keepalive_requests 1000000000;\n"
           "ssl_session_tickets off; ssl_session_cache off; ssl_protocols TLSv1.2 TLSv1.3;\n"
           "client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f;\n"
           "uwsgi_temp_path u; scgi_temp_path s;\n"
           "server { listen 127.0.0.1:" +
           std::to_string(port) +
           " ssl backlog=4096;\n"
           "ssl_certificate certificate.pem; ssl_certificate_key certificate.key;\n"
           "location = /small { return 200 \"hello world\\n\"; } } }\n";
}

// nginx with a certificate of its own; it ends with its owner.
class https_server {
public:
    explicit https_server(const std::vector<std::string>& key_options) {
        std::vector<std::string> request{"openssl", "req", "-x509"};
        request.insert(request.end(), key_options.begin(), key_options.end());
        request.insert(request.end(),
                       {"-nodes", "-days", "10", "-subj", "/CN=localhost", "-keyout",
                        folder_.file("certificate.key"), "-out", folder_.file("certificate.pem")});
        const finished made =
            acceptance::run_program(found_in_path(request), output_, client_limit);
        if (made.how.exit_code != 0) {
            throw std::runtime_error("no certificate: " + made.output);
        }
        port_ = tcp_socket().bind_to_any_port();
        acceptance::write_file(folder_.file("nginx.conf"), nginx_configuration(port_));
        running_.emplace(
            on_cpu("0", {"nginx", "-p", folder_.file(""), "-c", "nginx.conf", "-e", "stderr"}),
            output_);
        const auto deadline = acceptance::clock::now() + ready_limit;
        while (!tcp_socket().can_connect(port_)) {
            if (acceptance::clock::now() > deadline) {
                throw std::runtime_error("nginx: " + acceptance::read_file(output_));
            }
            ::poll(nullptr, 0, look_interval_ms);  // nothing tells when another process listens
        }
    }

    std::string port() const { return std::to_string(port_); }

private:
    acceptance::scratch_folder folder_;
    std::string output_ = folder_.file("output");
    std::uint16_t port_ = 0;
    std::optional<acceptance::program> running_;
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
        const std::uint64_t answers = run(which, on_cpu("1", argv_of(which, bin_folder_, work)));
        return (cpu_us_of_children() - before) / static_cast<double>(answers);
    }

    double calls_a_request(https_client which, const https_work& work) {
        const std::string summary = folder_.file("calls");
        std::vector<std::string> argv{"strace", "-f", "-c", "-o", summary};
        const std::vector<std::string> client = argv_of(which, bin_folder_, work);
        argv.insert(argv.end(), client.begin(), client.end());
        const std::uint64_t answers = run(which, found_in_path(argv));
        const std::optional<std::uint64_t> calls = calls_of(acceptance::read_file(summary));
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
