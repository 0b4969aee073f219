#pragma once
// R29: what the stop signal means when it comes again.

#include "harness/base/time.hpp"
#include "harness/plan/contract.hpp"

#include <optional>

namespace stormdrain::rules {

// Requests that are under way may go unanswered because of it.
bool may_disturb(const contract& promised);
// And so may all later ones: it may mean "at once".
bool may_end_at_once(const contract& promised);
// Any exit status but a crash is legal behind it, for nothing was said.
bool is_any_exit_legal(const contract& promised);

// A server that only drains until it is told again is not to be gone before.
bool is_gone_too_soon(const std::optional<since_start>& finished,
                      const std::optional<since_start>& second_signal, const contract& promised);

}  // namespace stormdrain::rules
