#include "ci/benchmarks/https_clients.hpp"

#include "ci/benchmarks/printed_counts.hpp"

namespace stormdrain::benchmarks {
namespace {

std::string session_of(https_client which) {
    switch (which) {
        case https_client::openssl_session:
            return "openssl";
        case https_client::own_session:
            return "own";
        case https_client::unproven_session:
            return "own_unproven";
        case https_client::stormdrain:
        case https_client::stormdrain_own:
        case https_client::wrk:
            break;
    }
    return "";
}

bool is_attack(https_client which) {
    return which == https_client::stormdrain || which == https_client::stormdrain_own;
}

std::vector<std::string> argv_of_attack(https_client which, const std::string& bin_folder,
                                        const https_work& work) {
    std::vector<std::string> argv{bin_folder + "/stormdrain",
                                  "attack",
                                  "https://127.0.0.1:" + work.port + "/small",
                                  "--clients",
                                  std::to_string(work.connections_count),
                                  "--requests",
                                  std::to_string(work.requests_count),
                                  "--progress",
                                  "none"};
    if (work.load == https_load::handshakes) {
        argv.emplace_back("--close");
    }
    if (which == https_client::stormdrain_own) {
        argv.emplace_back("--tls-client=own");
    }
    return argv;
}

}  // namespace

std::string name_of(https_client which) {
    switch (which) {
        case https_client::openssl_session:
            return "OpenSSL session";
        case https_client::own_session:
            return "own session";
        case https_client::unproven_session:
            return "own session, server unproven";
        case https_client::stormdrain:
            return "stormdrain";
        case https_client::stormdrain_own:
            return "stormdrain, own TLS";
        case https_client::wrk:
            break;
    }
    return "wrk";
}

std::vector<std::string> argv_of(https_client which, const std::string& bin_folder,
                                 const https_work& work) {
    const std::string connections = std::to_string(work.connections_count);
    const bool closes = work.load == https_load::handshakes;
    if (is_attack(which)) {
        return argv_of_attack(which, bin_folder, work);
    }
    if (which != https_client::wrk) {
        return {bin_folder + "/tls_storm",
                session_of(which),
                closes ? "handshakes" : "keep_alive",
                work.port,
                connections,
                std::to_string(work.requests_count)};
    }
    std::vector<std::string> argv{"wrk", "-t1", "-c" + connections, "-d1s"};
    if (closes) {
        argv.insert(argv.end(), {"-H", "Connection: close"});
    }
    argv.push_back("https://127.0.0.1:" + work.port + "/small");
    return argv;
}

std::optional<std::uint64_t> answers_in(https_client which, const std::string& output) {
    if (is_attack(which)) {
        return holds(output, R"(handshake +\d+ full, 0 resumed)") ? answered_by_stormdrain(output)
                                                                  : std::nullopt;
    }
    return which == https_client::wrk
               ? answered_by_wrk(output)
               : number_in(output, R"(\d+ full handshakes, 0 resumed, (\d+) answers)");
}

}  // namespace stormdrain::benchmarks
