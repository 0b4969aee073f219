#include "harness/load/engine/engine_tally.hpp"

#include <algorithm>

namespace stormdrain {

void engine_tally::add(const engine_tally& other) {
    requests.add(other.requests);
    unsent_count += other.unsent_count;
    closed_while_idle += other.closed_while_idle;
    unasked_answers += other.unasked_answers;
    goaways_count += other.goaways_count;
    unprocessed_count += other.unprocessed_count;
    held_back = std::max(held_back, other.held_back);  // at the same time
    lasted = std::max(lasted, other.lasted);
}

}  // namespace stormdrain
