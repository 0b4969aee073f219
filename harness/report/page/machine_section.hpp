#pragma once
// What the machine of the run allowed, and what could not be looked at where it did not: of a
// verdict that differs from another machine's, the first thing to compare.

#include "harness/report/machine_facts.hpp"

#include <ostream>

namespace stormdrain::page {

// Nothing where the run did not say.
void write_machine(std::ostream& out, const machine_facts& machine);

}  // namespace stormdrain::page
