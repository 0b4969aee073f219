#pragma once
// The faults of one cycle by the connections of each: when they begin, how many of them stand, how
// many are over, and what is written down of them. Pure counting.

#include "harness/cycle/cycle_record.hpp"
#include "harness/plan/suite.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stormdrain {

// When in a cycle a fault begins.
enum class fault_time { at_start, holding, besetting, striking, after_stop };

// The connections of one fault, or what it does to the process.
struct fault_group {
    const fault_use* use = nullptr;
    std::size_t index = 0;  // of the scenario's faults
    fault_time when = fault_time::striking;
    std::uint32_t size = 0;
    std::uint32_t in_place_count = 0;
    std::uint32_t ended_count = 0;
};

class fault_groups {
public:
    // Of the scenario, which outlives them.
    explicit fault_groups(const scenario& what);

    std::vector<fault_group>& all() { return groups_; }
    // All of that time stand, or are over; those that strike are over.
    bool have_stood(fault_time when) const;
    // All that strike ahead of the signal are over.
    bool have_struck_ahead() const;
    // A condition stands that the stop is to find.
    bool hold_anything() const;
    // What stands right now; none twice.
    std::vector<held_condition> held() const;

    enum class stop_state { to_come, triggered };
    void record(const fault_group& group, injection seen, stop_state stop);
    const std::vector<fault_record>& records() const { return records_; }

private:
    std::vector<fault_group> groups_;
    std::vector<fault_record> records_;
};

}  // namespace stormdrain
