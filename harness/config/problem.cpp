#include "harness/config/problem.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace stormdrain {
namespace {

std::string one_per_line(const std::vector<problem>& problems) {
    std::string text;
    for (const problem& each : problems) {
        text += text.empty() ? "" : "\n";
        text += to_text(each);
    }
    return text;
}

}  // namespace

std::string to_text(const problem& what) {
    std::string text = what.file;
    if (what.line > 0) {
        text += ":" + std::to_string(what.line) + ":" + std::to_string(what.column);
    }
    if (!what.path.empty()) {
        text += " " + what.path;
    }
    return text + ": " + what.message;
}

void sort_by_place(std::vector<problem>& problems, std::size_t first) {
    std::stable_sort(problems.begin() + static_cast<std::ptrdiff_t>(first), problems.end(),
                     [](const problem& left, const problem& right) {
                         return std::tie(left.file, left.line, left.column) <
                                std::tie(right.file, right.line, right.column);
                     });
}

config_error::config_error(std::vector<problem> problems)
    : std::runtime_error(one_per_line(problems)), problems_(std::move(problems)) {}

}  // namespace stormdrain
