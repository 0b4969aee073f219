#pragma once
// R25: what an origin withheld no proxy can deliver.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"

#include <chrono>

namespace stormdrain::rules {

// From an origin's FIN or RST until a busy proxy has noticed that a pooled connection is gone.
inline constexpr duration origin_notice_time = std::chrono::milliseconds(250);

struct struck_time {
    since_start began{};
    since_start ended{};
};

// What a gateway may say, or do, when its origin fails it at that time. Never a 500, and never an
// answer of 200 that is none.
bool may_be_origins_doing(const request_row& row, const struck_time& strike);

}  // namespace stormdrain::rules
