#pragma once
// The toxics on one direction of one connection, one behind the other. Each holds what it was given
// until it is due; then the next one gets it, as of the time it was due, so that delays add up
// exactly however late somebody looks. Pure: told what comes and what time it is.

#include "faults/link/toxic.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace stormdrain {

// What a toxic did: no strike, no verdict.
struct toxic_deliveries {
    std::uint64_t connections_count = 0;  // that it struck at least once
    std::uint64_t strikes_count = 0;
    // What it let go of later than it came, as it was measured.
    std::uint64_t delays_count = 0;
    std::uint64_t delayed_bytes = 0;
    duration delay_sum{};
    duration delay_min = duration::max();
    duration delay_max{};
    duration lateness_max{};  // of those, behind its own time: the machine's doing

    void saw_delay(duration delay, duration lateness, std::size_t bytes);
    bool operator==(const toxic_deliveries&) const = default;
};

class toxic_chain {
public:
    using toxic_id = std::uint64_t;

    bool empty() const { return stages_.empty(); }
    bool has(toxic_id id) const;
    // It struck this direction of this connection at least once.
    bool has_struck(toxic_id id) const;
    // Behind those that are there. `deliveries` outlives the stage.
    void add(toxic_id id, std::unique_ptr<toxic_state> state, toxic_deliveries& deliveries);
    // What it holds goes on at once. Does nothing when there is none.
    void remove(toxic_id id, time_point now);
    // New settings: what the old ones hold goes on at once.
    void replace(toxic_id id, std::unique_ptr<toxic_state> state, time_point now);

    void take(piece what, time_point now);
    // Everything that is due by now moves on.
    void advance(time_point now);
    // max: nothing happens of itself.
    time_point next_event() const;
    // What left the last toxic.
    std::deque<piece>& ready() { return ready_; }
    std::size_t held_bytes() const;

private:
    struct stage {
        toxic_id id = 0;
        std::unique_ptr<toxic_state> state;
        toxic_deliveries* deliveries = nullptr;
        outlet out = {};
        std::uint64_t told_strikes_count = 0;
    };

    std::size_t index_of(toxic_id id) const;
    // Into the stage of that index, or out of the chain.
    void give(std::size_t index, piece what, time_point now);
    void empty_out(std::size_t index, time_point now);
    static void count_strikes(stage& one);

    std::vector<stage> stages_;
    std::deque<piece> ready_;
};

}  // namespace stormdrain
