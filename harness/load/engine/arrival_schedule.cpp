#include "harness/load/engine/arrival_schedule.hpp"

#include <cmath>

namespace stormdrain {

arrival_schedule::arrival_schedule(const arrivals& plan, schedule_share share, seed of_load)
    : plan_(plan), share_(share), random_(derive(of_load, "arrivals", share.number)) {
    requests_before_ = plan_.manner == arrival_manner::even ? share_.number : gap();
    next_ = when(requests_before_);
}

void arrival_schedule::take() {
    requests_before_ += plan_.manner == arrival_manner::even ? share_.shares_count : gap();
    next_ = when(requests_before_);
}

// Several Poisson processes together are one of the sum of their rates.
double arrival_schedule::gap() {
    return -std::log1p(-random_.unit()) * share_.shares_count;
}

// A rate that rises evenly to r within t has brought r x^2 / 2t requests at the time x.
duration arrival_schedule::when(double requests_before) const {
    if (plan_.per_second <= 0) {
        return duration::max();
    }
    const double ramp = std::chrono::duration<double>(plan_.ramp).count();
    const double in_ramp = plan_.per_second * ramp / 2;
    const double seconds = requests_before < in_ramp
                               ? std::sqrt(2 * ramp * requests_before / plan_.per_second)
                               : ramp + (requests_before - in_ramp) / plan_.per_second;
    return std::chrono::round<duration>(std::chrono::duration<double>(seconds));
}

}  // namespace stormdrain
