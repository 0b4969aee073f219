#pragma once
// R9: FIN behind a whole request says that no more comes, not that the answer is unwanted; but most
// servers close, and may.

#include "faults/injection.hpp"
#include "harness/base/time.hpp"
#include "harness/plan/contract.hpp"

#include <optional>

namespace stormdrain::rules {

// The client half-closed behind a whole request, and the server, which promises to answer, ended
// the connection before its answer was whole. What the harness let go of, and what the stop may
// have ended, proves nothing.
bool lacks_promised_answer(const injection& happened, const std::optional<since_start>& stop,
                           half_close_promise promised);

}  // namespace stormdrain::rules
