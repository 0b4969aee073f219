// tls_benchmark BIN_FOLDER
//
// What a TLS handshake, and a request over TLS, cost the client that makes it: user and system time
// by request, of `stormdrain attack`, of our sessions alone and of wrk, in turns against the same
// nginx, the server on the first CPU and the clients on the second. Tickets and cache are off: with
// them wrk resumes in silence.
//
// Exit code: 0 measured, also when a limit is passed; 1 something could not be measured; 2 usage.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/benchmark_main.hpp"
#include "ci/benchmarks/client_bench.hpp"
#include "ci/benchmarks/cost_table.hpp"
#include "ci/benchmarks/https_clients.hpp"
#include "ci/benchmarks/lone_nginx.hpp"

#include <array>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

constexpr unsigned handshakes_count = 2'000;  // of a run, about a second of the server's
// As many as wrk's second makes: the handshakes of the connections are in the figures, too.
constexpr unsigned requests_count = 170'000;
constexpr unsigned storm_connections_count = 50;
constexpr unsigned kept_connections_count = 100;
// What the product promises of itself, as the ratio to wrk's.
constexpr double handshake_by_openssl_max = 0.90;
constexpr double handshake_by_our_own_max = 0.50;
constexpr double kept_request_max = 0.95;
constexpr double calls_a_handshake_max = 17;
constexpr double calls_a_request_max = 2.1;

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
        make_certificate(folder_, key_options);
        running_.emplace(folder_, site_with_certificate());
    }

    std::string port() const { return std::to_string(running_->port()); }

private:
    acceptance::scratch_folder folder_;
    std::optional<lone_nginx> running_;
};

class https_bench {
public:
    explicit https_bench(std::string bin_folder) : bin_folder_(std::move(bin_folder)) {}

    rival client(https_client which, const https_work& work,
                 std::optional<double> limit = std::nullopt) const {
        return {{name_of(which), argv_of(which, bin_folder_, work),
                 [which](const std::string& output) { return answers_in(which, output); }},
                limit};
    }
    std::vector<cost_row> beside_wrk(const std::string& what, const https_work& work,
                                     const std::vector<rival>& rivals) {
        return beside(bench_, what, client(https_client::wrk, work).client, rivals);
    }
    cost_row calls(const std::string& what, const rival& one) {
        return calls_row(bench_, what, one);
    }

private:
    std::string bin_folder_;
    client_bench bench_;
};

void measure(https_bench& bench, std::vector<cost_row>& rows) {
    const auto take = [&rows](const std::vector<cost_row>& more) {
        rows.insert(rows.end(), more.begin(), more.end());
    };
    const https_server ecdsa({"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"});
    const https_server rsa({"-newkey", "rsa:2048"});
    https_work work{https_load::handshakes, ecdsa.port(), storm_connections_count,
                    handshakes_count};
    const auto storm = [&] {
        return std::vector<rival>{
            bench.client(https_client::stormdrain, work, handshake_by_openssl_max),
            bench.client(https_client::stormdrain_own, work, handshake_by_our_own_max),
            bench.client(https_client::openssl_session, work, handshake_by_openssl_max),
            bench.client(https_client::own_session, work, handshake_by_our_own_max),
            bench.client(https_client::unproven_session, work)};
    };
    const std::array<https_client, 4> counted{
        https_client::stormdrain, https_client::stormdrain_own, https_client::openssl_session,
        https_client::own_session};
    take(bench.beside_wrk("handshake, ECDSA P-256", work, storm()));
    for (const https_client which : counted) {
        rows.push_back(bench.calls("handshake", bench.client(which, work, calls_a_handshake_max)));
    }
    work.port = rsa.port();
    take(bench.beside_wrk("handshake, RSA-2048", work, storm()));
    work = {https_load::keep_alive, ecdsa.port(), kept_connections_count, requests_count};
    std::vector<rival> kept;
    for (const https_client which : counted) {
        kept.push_back(bench.client(which, work, kept_request_max));
    }
    take(bench.beside_wrk("keep-alive", work, kept));
    for (const https_client which : counted) {
        rows.push_back(bench.calls("keep-alive", bench.client(which, work, calls_a_request_max)));
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
              << client_rounds_count
              << " rounds in turns, with the least and the greatest round.\n\n"
              << to_text(rows);
    return code;
}

}  // namespace
}  // namespace stormdrain::benchmarks

int main(int argc, char** argv) {
    using namespace stormdrain::benchmarks;
    return benchmark_main(
        {argv, static_cast<std::size_t>(argc)}, {"tls_benchmark", "BIN_FOLDER"},
        [](const std::vector<std::string>& arguments) { return print_costs(arguments[0]); });
}
