#include "ci/benchmarks/printed_counts.hpp"

#include <regex>

namespace stormdrain::benchmarks {

bool holds(const std::string& text, const char* pattern) {
    return std::regex_search(text, std::regex(pattern));
}

std::optional<std::uint64_t> number_in(const std::string& text, const char* pattern) {
    std::smatch found;
    const bool is_there = std::regex_search(text, found, std::regex(pattern));
    return is_there ? std::optional(std::stoull(found[1].str())) : std::nullopt;
}

std::optional<std::uint64_t> answered_by_wrk(const std::string& output) {
    // Both lines are there only when there was one.
    const bool has_failures = holds(output, "Non-2xx|Socket errors");
    return has_failures ? std::nullopt : number_in(output, R"((\d+) requests in)");
}

std::optional<std::uint64_t> answered_by_stormdrain(const std::string& output) {
    return holds(output, "answered with 200, 0 not") ? number_in(output, R"((\d+) answered)")
                                                     : std::nullopt;
}

std::optional<std::uint64_t> answered_by_h2load(const std::string& output) {
    return holds(output, R"(status codes: \d+ 2xx, 0 3xx, 0 4xx, 0 5xx)")
               ? number_in(output, R"((\d+) succeeded, 0 failed, 0 errored, 0 timeout)")
               : std::nullopt;
}

// "100.00    0.202137           4     41056       117 total": the errors may be missing.
std::optional<std::uint64_t> calls_in(const std::string& strace_summary) {
    return number_in(strace_summary, R"(100\.00 +[\d.]+ +\d+ +(\d+) .*total)");
}

}  // namespace stormdrain::benchmarks
