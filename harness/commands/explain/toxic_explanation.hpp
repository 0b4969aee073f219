#pragma once
// What is said of a kind of toxic: all of it asked of the kind itself.

#include "faults/link/toxic.hpp"
#include "harness/commands/explain/explanation.hpp"

namespace stormdrain {

explanation explain_toxic(const toxic_kind& kind);

}  // namespace stormdrain
