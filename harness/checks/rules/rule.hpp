#pragma once
// A verdict rule: when what looks like a failure is none, or what looks legal is one. One file
// each: `rules/drain_status.cpp` defines `extern const rule drain_status` and, beside it, pure
// functions over plain values, which checks ask. Findings and excuses name rules by their numbers.

#include <span>
#include <string_view>

namespace stormdrain {

struct rule {
    std::string_view number;   // "R6"; for good, reports are read by it
    std::string_view name;     // equals the file's
    std::string_view summary;  // one sentence
    std::string_view source;   // where the rule comes from: RFC, manual, issue
};

// Every rule there is, by file name; made by CMake.
std::span<const rule* const> rule_catalogue();
// By number or by name; null: there is none.
const rule* find_rule(std::string_view number_or_name);

}  // namespace stormdrain
