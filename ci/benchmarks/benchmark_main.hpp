#pragma once
// What main() does in every benchmark: it counts the arguments, and says in a line what went wrong.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::benchmarks {

struct benchmark_usage {
    std::string_view program;
    std::string_view arguments;  // "BIN_FOLDER [ROUNDS]"
};

// The exit code: `measure`'s, given the arguments; 1 when it throws, 2 when they are too few or too
// many.
int benchmark_main(std::span<char* const> argv, const benchmark_usage& usage,
                   const std::function<int(const std::vector<std::string>& arguments)>& measure);

}  // namespace stormdrain::benchmarks
