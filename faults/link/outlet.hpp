#pragma once
// Where a toxic puts what leaves it, and when: in order, and nothing earlier than what left before.

#include "faults/link/piece.hpp"
#include "harness/base/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace stormdrain {

// Stays until the toxic is taken off.
inline constexpr time_point until_removed = time_point::max();

class outlet {
public:
    struct release {
        time_point due;
        piece what;
        time_point came{};  // when the toxic was told, of it or of the time
    };
    // What a piece costs beside its bytes, roughly: a stream cut into single bytes is bounded, too.
    static constexpr std::size_t piece_overhead_bytes = 64;

    // What is put from here on came at that time.
    void begin(time_point now) { now_ = now; }
    // Bytes must not overtake each other: one that is due too early waits for those before it.
    void put(piece what, time_point due) {
        last_due_ = held_.empty() ? due : std::max(due, last_due_);
        held_bytes_ += what.bytes.size() + piece_overhead_bytes;
        held_.push_back({last_due_, std::move(what), now_});
    }
    // Ahead of everything that is held: for RST, which waits for nothing.
    void overtake(piece what, time_point due) {
        held_bytes_ += what.bytes.size() + piece_overhead_bytes;
        held_.push_front({due, std::move(what), now_});
    }
    // The toxic did what it is for: proof of delivery.
    void struck() { ++strikes_count_; }

    bool empty() const { return held_.empty(); }
    time_point next_due() const { return held_.empty() ? time_point::max() : held_.front().due; }
    release take_next() {
        release next = std::move(held_.front());
        held_.pop_front();
        held_bytes_ -= next.what.bytes.size() + piece_overhead_bytes;
        return next;
    }
    std::size_t held_bytes() const { return held_bytes_; }
    std::uint64_t strikes_count() const { return strikes_count_; }

private:
    std::deque<release> held_;
    time_point now_{};
    time_point last_due_{};
    std::size_t held_bytes_ = 0;
    std::uint64_t strikes_count_ = 0;
};

}  // namespace stormdrain
