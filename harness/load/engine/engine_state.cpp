#include "harness/load/engine/engine_state.hpp"

#include <algorithm>

namespace stormdrain {

namespace {

// So many failures in a row may be chance, or the end of a server.
constexpr std::uint32_t failures_in_a_row_max = 100;
constexpr duration pause_after_failure = std::chrono::milliseconds(1);
// Whatever was under way: a server that comes back is found.
constexpr duration pause_max = std::chrono::seconds(1);

}  // namespace

std::uint64_t part_of(std::uint64_t count, schedule_share share) {
    return count / share.shares_count + (share.number < count % share.shares_count ? 1 : 0);
}

engine_state::engine_state(const engine_plan& of_load, schedule_share share, time_point start)
    : engine_state(of_load, share, start, nullptr, cycle_clock(start), time_point::max()) {}

engine_state::engine_state(const engine_plan& of_load, const surroundings& cycle, time_point start)
    : engine_state(of_load, schedule_share(), start, &cycle.book, cycle.clock, cycle.deadline) {}

engine_state::engine_state(const engine_plan& of_load, schedule_share share, time_point start,
                           ledger* shared_book, cycle_clock shared_clock, time_point deadline)
    : plan(of_load),
      clock(shared_clock),
      wheel(start),
      book(shared_book != nullptr ? *shared_book : own_book_),
      buffer(shared_book != nullptr ? cycle_buffer_bytes : buffer_bytes),
      share_(share),
      began_(start),
      deadline_(deadline),
      is_open_loop_(is_open_loop(of_load)),
      schedule_(of_load.open_loop, share, of_load.of_load),
      requests_left_(of_load.requests_count ? part_of(*of_load.requests_count, share) : UINT64_MAX),
      ends_at_(of_load.lasts ? start + *of_load.lasts : time_point::max()) {}

bool engine_state::is_due(time_point now) const {
    return now >= held_until_ && !is_over(now) && (!is_open_loop_ || next_due() <= now);
}

std::optional<due_request> engine_state::take(time_point now) {
    if (!is_due(now)) {
        return std::nullopt;
    }
    due_request due;
    due.intended = now;
    if (is_open_loop_) {
        due.intended = next_due();
        schedule_.take();
    }
    --requests_left_;
    due.id = book.begin() * share_.shares_count + share_.number;
    return due;
}

bool engine_state::is_over(time_point now) const {
    if (has_ended_ || requests_left_ == 0) {
        return true;
    }
    return is_open_loop_ ? plan.lasts && schedule_.next() >= *plan.lasts : is_time_up(now);
}

void engine_state::one_failed(time_point now) {
    if (++failures_in_a_row_ <= failures_in_a_row_max) {
        return;
    }
    // Clients that wait are looked at once a tick: what is due since then may follow in one go.
    const time_point before = held_until_;
    held_until_ = std::min(std::max(before, now - timer_wheel::slot_length) + pause_after_failure,
                           now + pause_max);
    times.held_back += std::max(held_until_ - std::max(before, now), duration::zero());
}

void engine_state::end(time_point now) {
    has_ended_ = true;
    const duration until = std::min(now - began_, plan.lasts.value_or(duration::max()));
    for (; is_open_loop_ && requests_left_ > 0 && schedule_.next() < until; --requests_left_) {
        ++times.unsent_count;
        schedule_.take();
    }
}

std::uint32_t engine_state::next_connection() {
    // From 1 on: 0 is "no connection" in records.
    return connections_count_++ * share_.shares_count + share_.number + 1;
}

}  // namespace stormdrain
