#pragma once
// What became of slow clients so far. A board of them may lie in memory that two processes share:
// one counts, the other looks.

#include "harness/base/time.hpp"

#include <atomic>
#include <cstdint>

namespace stormdrain {

struct slow_counts {
    std::uint64_t connecting = 0;  // begun and not answered yet
    std::uint64_t held = 0;        // open now
    std::uint64_t connected = 0;   // ever
    std::uint64_t refused = 0;
    std::uint64_t unreached = 0;  // not connected for another reason
    // Of those that were connected, how the server ended them, if it did.
    std::uint64_t answered = 0;
    std::uint64_t answered_408 = 0;  // of them: 408 Request Timeout (RFC 9110 section 15.5.9)
    std::uint64_t closed = 0;        // without an answer; a reader: behind what it took
    std::uint64_t reset = 0;
    std::uint64_t pieces = 0;  // bytes or sips
    // The harness had no descriptor, port or memory for them: nothing is known of the server.
    std::uint64_t unmade = 0;
    // Of those that the server ended: from the connect to that.
    duration shortest_life = duration::max();
    duration longest_life{};
    int unmade_errno = 0;     // why the first of them was not made
    int unreached_errno = 0;  // the same

    void add(const slow_counts& other);
    bool operator==(const slow_counts&) const = default;
};

class slow_board {
public:
    enum class row : std::size_t {
        connecting,
        held,
        connected,
        refused,
        unreached,
        answered,
        answered_408,
        closed,
        reset,
        pieces,
        unmade,
        count
    };

    // By the one process that counts.
    void add(row which, std::uint64_t more = 1) { step(which, more); }
    void take(row which) { step(which, ~std::uint64_t{0}); }
    void lived(duration length);
    void unmade(int error);
    void unreached(int error);

    // By whoever watches: nothing is counted any more behind it.
    void ask_to_end() { is_to_end_.store(true, std::memory_order_relaxed); }
    bool is_to_end() const { return is_to_end_.load(std::memory_order_relaxed); }
    slow_counts look() const;

private:
    // One writer: a plain store is enough, and does not lock the bus.
    void step(row which, std::uint64_t more) {
        std::atomic<std::uint64_t>& one = rows_[static_cast<std::size_t>(which)];
        one.store(one.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
    std::uint64_t at(row which) const {
        return rows_[static_cast<std::size_t>(which)].load(std::memory_order_relaxed);
    }

    static_assert(std::atomic<std::uint64_t>::is_always_lock_free,
                  "two processes may share it only then");
    std::atomic<std::uint64_t> rows_[static_cast<std::size_t>(row::count)]{};
    std::atomic<duration::rep> shortest_life_ = duration::max().count();
    std::atomic<duration::rep> longest_life_ = 0;
    std::atomic<int> unmade_errno_ = 0;
    std::atomic<int> unreached_errno_ = 0;
    std::atomic<bool> is_to_end_ = false;
};

}  // namespace stormdrain
