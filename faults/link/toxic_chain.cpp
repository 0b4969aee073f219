#include "faults/link/toxic_chain.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {

void toxic_deliveries::saw_delay(duration delay, duration lateness, std::size_t bytes) {
    ++delays_count;
    delayed_bytes += bytes;
    delay_sum += delay;
    delay_min = std::min(delay_min, delay);
    delay_max = std::max(delay_max, delay);
    lateness_max = std::max(lateness_max, lateness);
}

std::size_t toxic_chain::index_of(toxic_id id) const {
    return static_cast<std::size_t>(std::ranges::find(stages_, id, &stage::id) - stages_.begin());
}

bool toxic_chain::has(toxic_id id) const {
    return index_of(id) != stages_.size();
}

bool toxic_chain::has_struck(toxic_id id) const {
    const std::size_t index = index_of(id);
    return index != stages_.size() && stages_[index].told_strikes_count > 0;
}

void toxic_chain::add(toxic_id id, std::unique_ptr<toxic_state> state,
                      toxic_deliveries& deliveries) {
    stages_.push_back({id, std::move(state), &deliveries});
}

void toxic_chain::remove(toxic_id id, time_point now) {
    const std::size_t index = index_of(id);
    if (index == stages_.size()) {
        return;
    }
    advance(now);
    const std::optional<piece> last = stages_[index].state->farewell();
    empty_out(index, now);
    stages_.erase(stages_.begin() + static_cast<std::ptrdiff_t>(index));
    if (last) {
        give(index, *last, now);
    }
    advance(now);
}

void toxic_chain::replace(toxic_id id, std::unique_ptr<toxic_state> state, time_point now) {
    const std::size_t index = index_of(id);
    if (index == stages_.size()) {
        return;
    }
    advance(now);
    empty_out(index, now);
    state->follows(*stages_[index].state);
    stages_[index].state = std::move(state);
    advance(now);
}

void toxic_chain::take(piece what, time_point now) {
    give(0, std::move(what), now);
    advance(now);
}

void toxic_chain::advance(time_point now) {
    for (std::size_t index = 0; index < stages_.size(); ++index) {
        stage& one = stages_[index];
        const time_point acts = one.state->acts_at();
        if (acts <= now) {
            one.out.begin(acts);
            one.state->act(acts, one.out);
            count_strikes(one);
        }
        while (one.out.next_due() <= now) {
            outlet::release next = one.out.take_next();
            if (next.due > next.came) {
                one.deliveries->saw_delay(now - next.came, now - next.due, next.what.bytes.size());
            }
            give(index + 1, std::move(next.what), next.due);
        }
    }
}

time_point toxic_chain::next_event() const {
    time_point next = time_point::max();
    for (const stage& one : stages_) {
        next = std::min({next, one.out.next_due(), one.state->acts_at()});
    }
    return next;
}

std::size_t toxic_chain::held_bytes() const {
    std::size_t bytes = 0;
    for (const stage& one : stages_) {
        bytes += one.out.held_bytes();
    }
    for (const piece& one : ready_) {
        bytes += one.bytes.size() + outlet::piece_overhead_bytes;
    }
    return bytes;
}

void toxic_chain::give(std::size_t index, piece what, time_point now) {
    if (index == stages_.size()) {
        ready_.push_back(std::move(what));
        return;
    }
    stage& one = stages_[index];
    one.out.begin(now);
    one.state->take(std::move(what), now, one.out);
    count_strikes(one);
}

void toxic_chain::empty_out(std::size_t index, time_point now) {
    outlet& out = stages_[index].out;
    while (!out.empty()) {
        give(index + 1, out.take_next().what, now);
    }
}

void toxic_chain::count_strikes(stage& one) {
    const std::uint64_t strikes = one.out.strikes_count();
    if (strikes == one.told_strikes_count) {
        return;
    }
    one.deliveries->connections_count += one.told_strikes_count == 0 ? 1 : 0;
    one.deliveries->strikes_count += strikes - one.told_strikes_count;
    one.told_strikes_count = strikes;
}

}  // namespace stormdrain
