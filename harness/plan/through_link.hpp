#pragma once
// "Is my finding the network's?": the same suite with a proxy in the path that does nothing.

#include "harness/plan/suite.hpp"

#include <memory>

namespace stormdrain {

// Every scenario without a link between load and target gets one without toxics. Names and ids stay
// as they are, and so do the seeds of the cycles.
std::shared_ptr<const suite> through_link(const suite& original);

}  // namespace stormdrain
