#pragma once
// Programs of the machine's that the benchmark runs.

#include <string>

namespace stormdrain::benchmarks {

// Its path; empty when it is not installed.
std::string find_program(const std::string& name);

}  // namespace stormdrain::benchmarks
