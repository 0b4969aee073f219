#include "ci/benchmarks/benchmark_main.hpp"

#include <algorithm>
#include <exception>
#include <iostream>

namespace stormdrain::benchmarks {
namespace {

bool is_right_number(std::size_t count, std::string_view arguments) {
    const auto blanks = static_cast<std::size_t>(std::ranges::count(arguments, ' '));
    const auto optional = static_cast<std::size_t>(std::ranges::count(arguments, '['));
    const std::size_t most = blanks + 1;
    return count <= most && count >= most - optional;
}

}  // namespace

int benchmark_main(std::span<char* const> argv, const benchmark_usage& usage,
                   const std::function<int(const std::vector<std::string>& arguments)>& measure) {
    const std::vector<std::string> arguments(argv.begin() + 1, argv.end());
    if (!is_right_number(arguments.size(), usage.arguments)) {
        std::cerr << "usage: " << usage.program << " " << usage.arguments << "\n";
        return 2;
    }
    try {
        return measure(arguments);
    } catch (const std::exception& error) {
        std::cerr << usage.program << ": " << error.what() << "\n";
        return 1;
    }
}

}  // namespace stormdrain::benchmarks
