#pragma once
// R11: with TCP_DEFER_ACCEPT a server does not get a connection before its first byte.

#include "faults/injection.hpp"
#include "harness/plan/contract.hpp"

namespace stormdrain::rules {

// The fault sends nothing, so that it can never reach a server that defers. One byte can: see the
// condition one_byte.
bool is_deferred(const fault_record& fault, const running_contract& promised);

}  // namespace stormdrain::rules
