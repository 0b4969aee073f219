#pragma once
// Failed requests by phase, end, system's word, address family and kind of connection: two servers
// that fail as often seldom fail alike.

#include "harness/load/ledger.hpp"

#include <vector>

namespace stormdrain {

// Systems and parsers have few words; those beyond are counted without them.
inline constexpr std::size_t failure_classes_max = 32;

// The class of that one request.
failure_class failure_class_of(const request_row& row);

// Adds to those of the same class, or as a new one.
void add_failures(std::vector<failure_class>& classes, failure_class more);

}  // namespace stormdrain
