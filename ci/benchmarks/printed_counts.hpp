#pragma once
// Numbers in what other programs print.

#include <cstdint>
#include <optional>
#include <string>

namespace stormdrain::benchmarks {

bool holds(const std::string& text, const char* pattern);
// What the pattern's first group matches; empty: it does not match.
std::optional<std::uint64_t> number_in(const std::string& text, const char* pattern);

// How many requests wrk says were answered; empty when it says that any was not, or nothing.
std::optional<std::uint64_t> answered_by_wrk(const std::string& output);

// The same of `stormdrain attack`.
std::optional<std::uint64_t> answered_by_stormdrain(const std::string& output);

// The same of h2load.
std::optional<std::uint64_t> answered_by_h2load(const std::string& output);

// The sum over all calls in what `strace -c` wrote.
std::optional<std::uint64_t> calls_in(const std::string& strace_summary);

}  // namespace stormdrain::benchmarks
