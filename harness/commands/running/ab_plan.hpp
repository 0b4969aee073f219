#pragma once
// The plan of two builds of one server that take turns: the same cycles with the same seeds, so
// that nothing but the build differs.

#include "harness/plan/plan.hpp"

namespace stormdrain {

struct ab_plan {
    plan a;
    plan b;     // of the same hash: under a's ids, which seeds follow from
    plan both;  // a's scenarios at even places, each with b's behind it
};

// `b` has every scenario of `a`, under its own target's name. What one of them cannot run is
// skipped by both, with the reason.
ab_plan make_ab_plan(plan a, const plan& b);

}  // namespace stormdrain
