#include "harness/base/tick.hpp"

namespace stormdrain {

time_point next_tick(time_point instant, duration distance) {
    const duration beyond = instant.time_since_epoch() % distance;
    return beyond == duration::zero() ? instant : instant + (distance - beyond);
}

}  // namespace stormdrain
