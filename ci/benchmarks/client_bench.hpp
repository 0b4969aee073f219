#pragma once
// What a request costs the program that makes it, as CPU time and as system calls: several programs
// in turns, each pinned to the second CPU.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/cost_table.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::benchmarks {

struct measured_client {
    std::string name;
    std::vector<std::string> argv;  // without a shell
    // How many requests were answered; empty: some were not, or not as they should.
    std::function<std::optional<std::uint64_t>(const std::string& output)> answers;
};

// One of ours, and what it may take of the other's time, or how many calls.
struct rival {
    measured_client client;
    std::optional<double> limit = std::nullopt;
};

class client_bench {
public:
    // Both throw std::runtime_error when a request was not answered.
    double cpu_us_a_request(const measured_client& client);
    double calls_a_request(const measured_client& client);

private:
    acceptance::finished run(const measured_client& client, const std::vector<std::string>& argv);
    static double answers_of(const measured_client& client, const acceptance::finished& ran);

    acceptance::scratch_folder folder_;
};

// A median of nine repeats itself where single ratios swing by a third.
inline constexpr int client_rounds_count = 9;

// A row for each rival: its time by the reference's of the same round.
std::vector<cost_row> beside(client_bench& bench, const std::string& what,
                             const measured_client& reference, const std::vector<rival>& rivals);
cost_row calls_row(client_bench& bench, const std::string& what, const rival& one);

// A self-signed one, as certificate.pem and certificate.key in the folder. `key_options`: of
// `openssl req`.
void make_certificate(const acceptance::scratch_folder& folder,
                      const std::vector<std::string>& key_options);

}  // namespace stormdrain::benchmarks
