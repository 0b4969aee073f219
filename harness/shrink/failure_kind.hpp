#pragma once
// What two failures must share to be the same one, in whatever scenario they are seen.

#include "harness/checks/check.hpp"

#include <optional>
#include <string>

namespace stormdrain {

struct failure_kind {
    std::string check;
    // Of a hang, as far as it was seen: "lost_wakeup"; empty: not known, which is like any.
    std::string cause;
};

// Empty: the check was kept in this cycle, or could not judge it.
std::optional<failure_kind> failure_in(const check& with, const cycle_record& record,
                                       const promises& promised);

bool is_same(const failure_kind& one, const failure_kind& other);

// "shutdown_deadline (lost_wakeup)"
std::string to_text(const failure_kind& what);

}  // namespace stormdrain
