#pragma once
// Deadlines of many connections for the price of a store each: a hashed wheel of slots (Varghese
// and Lauck, 1987), in which an entry that is put off stays where it is until its old slot comes
// round. Pure logic: the caller says what time it is.

#include "harness/base/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stormdrain {

class timer_wheel {
    struct link {
        link* next = this;
        link* previous = this;
    };

public:
    // How much later than its deadline an entry is found to be due, when the wheel turns in time.
    static constexpr duration slot_length = std::chrono::milliseconds(4);

    // Owned by whoever waits; a destroyed one is forgotten.
    class entry : private link {
    public:
        entry() = default;
        entry(const entry&) = delete;
        entry& operator=(const entry&) = delete;
        ~entry() { unlink(*this); }
        bool is_armed() const { return due_ != never; }

    private:
        friend class timer_wheel;
        std::uint64_t due_ = never;
        std::uint64_t queued_for_ = never;  // the slot that it stands in; never: in none
    };

    explicit timer_wheel(time_point start);
    timer_wheel(const timer_wheel&) = delete;
    timer_wheel& operator=(const timer_wheel&) = delete;

    // Instead of the deadline before, if any.
    void arm(entry& one, time_point deadline) {
        one.due_ = slot_behind(deadline);
        if (one.queued_for_ > one.due_) {
            queue(one);
        }
    }
    static void disarm(entry& one) { one.due_ = never; }

    // Until then advance() need not be called; time_point::max(): until another is armed.
    time_point next_look() const {
        return soonest_ == never ? time_point::max()
                                 : start_ + slot_length * static_cast<std::int64_t>(soonest_);
    }

    // Calls expired(entry&) for each whose deadline has passed; it is disarmed by then, and may be
    // armed again or destroyed, as may all others.
    template <class Expired>
    void advance(time_point now, Expired expired) {
        const std::uint64_t before = current_;
        current_ = std::max(before, slot_at(now));
        // After a long pause each slot is looked at once.
        const std::uint64_t first =
            std::max(before + 1, current_ - std::min(current_, slots_count));
        for (std::uint64_t slot = first; slot <= current_; ++slot) {
            link due;
            take_slot(slot, due);
            while (due.next != &due) {
                auto& one = static_cast<entry&>(*due.next);
                unlink(one);
                one.queued_for_ = never;
                if (one.due_ > current_) {
                    requeue(one);
                } else {
                    one.due_ = never;
                    expired(one);
                }
            }
        }
        if (soonest_ <= current_) {
            soonest_ = first_used_slot();
        }
    }

private:
    static constexpr std::uint64_t never = UINT64_MAX;
    // 16 s: the timeout of most requests is looked at once or twice before it is over.
    static constexpr std::uint64_t slots_count = 4096;

    static void unlink(link& one);
    std::uint64_t slot_at(time_point now) const;      // the last that has begun
    std::uint64_t slot_behind(time_point now) const;  // the first that has not
    void take_slot(std::uint64_t slot, link& into);
    std::uint64_t first_used_slot() const;  // behind the current one
    void queue(entry& one);
    void requeue(entry& one);

    time_point start_;
    std::uint64_t current_ = 0;
    std::uint64_t soonest_ = never;  // no slot before it is used, but for the current one
    std::vector<link> slots_;
};

}  // namespace stormdrain
