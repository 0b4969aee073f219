#pragma once
// The requests under way on a connection, oldest first: as many as the pipeline is deep, in memory
// that is taken once.

#include "harness/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stormdrain {

struct request_under_way {
    std::uint64_t id = 0;
    std::size_t route_index = 0;
    time_point intended{};  // by the schedule; of a closed loop: started
    time_point started{};   // the connect began, or the write
    time_point write_began{};
    time_point all_sent{};    // zero: not yet
    time_point idle_since{};  // on a reused connection: when the answer before was whole
    std::uint32_t number_on_connection = 0;
    bool is_last = false;  // on its connection, as it says itself
};

class request_ring {
public:
    explicit request_ring(std::size_t depth) : places_(depth) {}

    bool is_empty() const { return count_ == 0; }
    bool is_full() const { return count_ == places_.size(); }
    std::size_t size() const { return count_; }
    request_under_way& front() { return places_[first_]; }
    const request_under_way& front() const { return places_[first_]; }
    request_under_way& operator[](std::size_t index) { return places_[place(index)]; }
    request_under_way& push() {
        request_under_way& added = places_[place(count_++)];
        added = {};
        return added;
    }
    void pop() {
        first_ = place(1);
        --count_;
    }

private:
    std::size_t place(std::size_t index) const {
        const std::size_t behind = first_ + index;
        return behind < places_.size() ? behind : behind - places_.size();
    }

    std::vector<request_under_way> places_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace stormdrain
