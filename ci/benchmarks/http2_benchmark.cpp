// http2_benchmark BIN_FOLDER
//
// What a request over HTTP/2 costs the client that makes it: user and system time by request, of
// `stormdrain attack` and of h2load, in turns against the same nginx, the server on the first CPU
// and the clients on the second.
// Exit code: 0 measured, also when a limit is passed; 1 something could not be measured; 2 usage.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/benchmark_main.hpp"
#include "ci/benchmarks/client_bench.hpp"
#include "ci/benchmarks/cost_table.hpp"
#include "ci/benchmarks/lone_nginx.hpp"
#include "ci/benchmarks/printed_counts.hpp"

#include <array>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

// What the product promises of itself.
constexpr double by_h2load_max = 0.90;
constexpr double calls_of_32_streams_max = 0.45;
constexpr unsigned connections_count = 10;
constexpr std::array<unsigned, 3> streams_counts{1, 32, 100};
// About a second of the server's.
constexpr unsigned requests_of_one_stream_count = 60'000;
constexpr unsigned requests_count = 200'000;

nginx_site plain_site() {
    return {"", "http2", R"(location / { return 200 "hello world\n"; })"};
}

nginx_site secure_site() {
    return {
        "ssl_session_tickets off; ssl_session_cache off; ssl_protocols TLSv1.2 TLSv1.3;\n"
        "    ssl_certificate certificate.pem; ssl_certificate_key certificate.key;",
        "ssl http2", R"(location / { return 200 "hello world\n"; })"};
}

std::string requests_of(unsigned streams) {
    return std::to_string(streams == 1 ? requests_of_one_stream_count : requests_count);
}

measured_client stormdrain_client(const std::string& bin_folder, const std::string& url,
                                  unsigned streams) {
    return {"stormdrain",
            {bin_folder + "/stormdrain", "attack", url, "--http2", "--streams",
             std::to_string(streams), "--clients", std::to_string(connections_count), "--requests",
             requests_of(streams), "--progress", "none"},
            answered_by_stormdrain};
}

measured_client h2load_client(const std::string& url, unsigned streams) {
    return {"h2load",
            {"h2load", "-t1", "-c" + std::to_string(connections_count),
             "-m" + std::to_string(streams), "-n" + requests_of(streams), url},
            answered_by_h2load};
}

void measure(const std::string& bin_folder, std::vector<cost_row>& rows) {
    const acceptance::scratch_folder plain_folder;
    const acceptance::scratch_folder secure_folder;
    make_certificate(secure_folder, {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"});
    const lone_nginx plain(plain_folder, plain_site());
    const lone_nginx secure(secure_folder, secure_site());
    const std::string plain_url = "http://127.0.0.1:" + std::to_string(plain.port()) + "/";
    const std::string secure_url = "https://127.0.0.1:" + std::to_string(secure.port()) + "/";
    client_bench bench;
    for (const auto& [kind, url] :
         {std::pair("HTTP/2", plain_url), std::pair("HTTP/2 over TLS", secure_url)}) {
        for (const unsigned streams : streams_counts) {
            const std::string what = std::string(kind) + ", m=" + std::to_string(streams);
            const rival ours{stormdrain_client(bin_folder, url, streams), by_h2load_max};
            for (cost_row& row : beside(bench, what, h2load_client(url, streams), {ours})) {
                rows.push_back(std::move(row));
            }
        }
    }
    for (const unsigned streams : streams_counts) {
        rival ours{stormdrain_client(bin_folder, plain_url, streams)};
        if (streams == 32) {
            ours.limit = calls_of_32_streams_max;
        }
        const std::string what = "HTTP/2, m=" + std::to_string(streams);
        rows.push_back(calls_row(bench, what, ours));
        rows.push_back(calls_row(bench, what, {h2load_client(plain_url, streams)}));
    }
}

int print_costs(const std::string& bin_folder) {
    if (std::thread::hardware_concurrency() < 2) {
        std::cerr << "http2_benchmark: client and server need a CPU each\n";
        return 1;
    }
    std::vector<cost_row> rows;
    int code = 0;
    try {
        measure(bin_folder, rows);
    } catch (const std::exception& error) {
        rows.push_back(missing_row("the rest", error.what()));
        code = 1;
    }
    std::cout << "CPU time of a client by request: ours (with) beside h2load's (without), c="
              << connections_count << ", medians of " << client_rounds_count
              << " rounds in turns, with the least and the greatest round.\n\n"
              << to_text(rows);
    return code;
}

}  // namespace
}  // namespace stormdrain::benchmarks

int main(int argc, char** argv) {
    using namespace stormdrain::benchmarks;
    return benchmark_main(
        {argv, static_cast<std::size_t>(argc)}, {"http2_benchmark", "BIN_FOLDER"},
        [](const std::vector<std::string>& arguments) { return print_costs(arguments[0]); });
}
