#pragma once
// R17: a server without a timeout may wait for ever for a client that never moves.

#include "harness/base/time.hpp"
#include "harness/plan/contract.hpp"

#include <optional>

namespace stormdrain::rules {

// Whether a stop that is not over at its deadline can be held against the server: what it waits for
// without a limit was let go of before, or there is nothing of the kind.
bool may_be_timed(const exit_deadline& owed, const std::optional<since_start>& released);

}  // namespace stormdrain::rules
