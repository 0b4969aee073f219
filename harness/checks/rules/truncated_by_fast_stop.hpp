#pragma once
// R7: a fast stop may cut what is under way, at once and in a way that the client can tell.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace stormdrain::rules {

// Whoever cuts an answer does so this soon.
inline constexpr duration truncation_limit = std::chrono::seconds(1);

// Of a request whose connection ended before its answer was whole.
bool is_cut_by_fast_stop(const request_row& row, const std::optional<since_start>& stop,
                         const contract& promised);

// A chunked body that is cut must not end in a last chunk: the client takes it for whole. Told by
// the length that all earlier answers of the route had. No stop excuses it.
bool is_false_end(const request_row& row, const std::optional<since_start>& stop,
                  const body_sizes& usual);

}  // namespace stormdrain::rules
