#pragma once
// What a seed plans is the same everywhere and always; the harness looks whether that is so. One
// cycle of twenty is planned once more, of suites and targets that were read once more.

#include "harness/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace stormdrain {

// A defect of the harness: nothing that the run says can be trusted to be replayed.
class plan_differs : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

class plan_check {
public:
    // Of so many cycles one is looked at, chosen by its seed.
    static constexpr std::uint64_t one_of = 20;

    // Both outlive it. Throws plan_differs when they are not the same plan.
    plan_check(const plan& planned, const plan& again);

    // Throws plan_differs, naming the cycle, when it is one that is looked at and the two plans of
    // it differ. Called from all workers.
    void look_at(std::size_t scenario, std::uint32_t cycle) const;

private:
    const plan& planned_;
    const plan& again_;
};

}  // namespace stormdrain
