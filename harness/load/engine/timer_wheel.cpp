#include "harness/load/engine/timer_wheel.hpp"

namespace stormdrain {

timer_wheel::timer_wheel(time_point start) : start_(start), slots_(slots_count) {}

void timer_wheel::unlink(link& one) {
    one.previous->next = one.next;
    one.next->previous = one.previous;
    one.next = one.previous = &one;
}

std::uint64_t timer_wheel::slot_at(time_point now) const {
    return now <= start_ ? 0 : static_cast<std::uint64_t>((now - start_) / slot_length);
}

std::uint64_t timer_wheel::slot_behind(time_point now) const {
    return slot_at(now) + 1;
}

void timer_wheel::take_slot(std::uint64_t slot, link& into) {
    link& from = slots_[slot % slots_count];
    if (from.next == &from) {
        return;
    }
    into.next = from.next;
    into.previous = from.previous;
    into.next->previous = into.previous->next = &into;
    from.next = from.previous = &from;
}

std::uint64_t timer_wheel::first_used_slot() const {
    for (std::uint64_t slot = current_ + 1; slot < current_ + slots_count; ++slot) {
        const link& looked_at = slots_[slot % slots_count];
        if (looked_at.next != &looked_at) {
            return slot;
        }
    }
    return never;
}

// A deadline beyond one turn of the wheel waits in the last slot of the turn, and is looked at
// again there.
void timer_wheel::queue(entry& one) {
    unlink(one);
    requeue(one);
}

void timer_wheel::requeue(entry& one) {
    if (one.due_ == never) {
        return;
    }
    one.queued_for_ = std::clamp(one.due_, current_ + 1, current_ + slots_count - 1);
    soonest_ = std::min(soonest_, one.queued_for_);
    link& last = slots_[one.queued_for_ % slots_count];
    link& added = one;
    added.previous = last.previous;
    added.next = &last;
    last.previous->next = &added;
    last.previous = &added;
}

}  // namespace stormdrain
