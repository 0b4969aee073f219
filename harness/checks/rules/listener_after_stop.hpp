#pragma once
// R19: who drains may go on listening, where the contract says so.

#include "harness/base/time.hpp"
#include "harness/plan/contract.hpp"

namespace stormdrain::rules {

// "At once", by the least slack that any promise has (R16).
bool is_kept_too_long(listener_promise promised, duration kept_for);

}  // namespace stormdrain::rules
