#include "ci/benchmarks/client_bench.hpp"

#include "ci/benchmarks/find_program.hpp"
#include "ci/benchmarks/printed_counts.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace stormdrain::benchmarks {
namespace {

using acceptance::finished;

constexpr auto client_limit = std::chrono::seconds(60);

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

}  // namespace

double client_bench::cpu_us_a_request(const measured_client& client) {
    const finished ran = run(client, with_prefix({"taskset", "-c", "1"}, client.argv));
    return static_cast<double>(ran.how.cpu_time.count()) / answers_of(client, ran);
}

double client_bench::calls_a_request(const measured_client& client) {
    const std::string summary = folder_.file("calls");
    const finished ran =
        run(client, with_prefix({"strace", "-f", "-c", "-o", summary}, client.argv));
    const std::optional<std::uint64_t> calls = calls_in(acceptance::read_file(summary));
    if (!calls) {
        throw std::runtime_error("strace counted nothing");
    }
    return static_cast<double>(*calls) / answers_of(client, ran);
}

finished client_bench::run(const measured_client& client, const std::vector<std::string>& argv) {
    finished ran = acceptance::run_program(argv, folder_.file("output"), client_limit);
    if (ran.how.exit_code != 0) {
        throw std::runtime_error(client.name + ": " + to_text(ran.how) + "\n" + ran.output);
    }
    return ran;
}

double client_bench::answers_of(const measured_client& client, const finished& ran) {
    const std::optional<std::uint64_t> answers = client.answers(ran.output);
    if (!answers || *answers == 0) {
        throw std::runtime_error(client.name + " was not answered:\n" + ran.output);
    }
    return static_cast<double>(*answers);
}

std::vector<cost_row> beside(client_bench& bench, const std::string& what,
                             const measured_client& reference, const std::vector<rival>& rivals) {
    // The reference is the last place.
    std::vector<std::vector<double>> taken(rivals.size() + 1);
    for (int round = 0; round < client_rounds_count; ++round) {
        for (std::size_t turn = 0; turn < taken.size(); ++turn) {
            // Each is the first one in every other round.
            const std::size_t place = round % 2 == 0 ? turn : taken.size() - 1 - turn;
            const measured_client& client =
                place < rivals.size() ? rivals[place].client : reference;
            taken[place].push_back(bench.cpu_us_a_request(client));
        }
    }
    std::vector<cost_row> rows;
    for (std::size_t place = 0; place < rivals.size(); ++place) {
        cost_row row =
            ratio_row(what + ": " + rivals[place].client.name, "us", taken[place], taken.back());
        row.limit = rivals[place].limit;
        rows.push_back(row);
    }
    return rows;
}

cost_row calls_row(client_bench& bench, const std::string& what, const rival& one) {
    cost_row row = count_row("system calls, " + what + ": " + one.client.name,
                             {bench.calls_a_request(one.client)});
    row.limit = one.limit;
    return row;
}

void make_certificate(const acceptance::scratch_folder& folder,
                      const std::vector<std::string>& key_options) {
    std::vector<std::string> request{"openssl", "req", "-x509"};
    request.insert(request.end(), key_options.begin(), key_options.end());
    request.insert(request.end(),
                   {"-nodes", "-days", "10", "-subj", "/CN=localhost", "-keyout",
                    folder.file("certificate.key"), "-out", folder.file("certificate.pem")});
    const finished made =
        acceptance::run_program(found(request), folder.file("openssl.log"), client_limit);
    if (made.how.exit_code != 0) {
        throw std::runtime_error("no certificate: " + made.output);
    }
}

}  // namespace stormdrain::benchmarks
