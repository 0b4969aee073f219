#pragma once
// What a run would do, and what it could show, without doing it.

#include "harness/plan/plan.hpp"

#include <iosfwd>

namespace stormdrain {

void say_what_would_run(std::ostream& out, const plan& planned);

}  // namespace stormdrain
