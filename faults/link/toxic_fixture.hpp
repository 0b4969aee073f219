#pragma once
// One toxic, told what comes at which millisecond, and what left it when: for tests.

#include "faults/link/toxic.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

struct seen_release {
    double at_ms = 0;
    piece what;
    bool operator==(const seen_release&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const seen_release& seen) {
    static constexpr std::string_view words[] = {"bytes", "end", "close", "reset"};
    return out << seen.at_ms << " ms: " << words[static_cast<std::size_t>(seen.what.what)] << " \""
               << seen.what.bytes << '"';
}

inline seen_release at(double ms, std::string bytes) {
    return {ms, bytes_of(std::move(bytes))};
}

inline seen_release at(double ms, piece::kind end) {
    return {ms, the(end)};
}

class toxic_trial {
public:
    static constexpr double never = -1;

    // The values as the HTTP API has them; those that are not given have their defaults.
    explicit toxic_trial(const toxic_kind& kind, attribute_values values = {},
                         std::uint64_t start = 1) {
        for (std::size_t index = 0; index < kind.attributes.size(); ++index) {
            const attribute& one = kind.attributes[index];
            if (index == values.size()) {
                values.push_back(one.preset);
            }
            values[index] *= exact_per(one.measure);
        }
        state_ = kind.make(values, {random_source(start), time_of(0)});
    }

    void take(double at_ms, std::string bytes) {
        state_->take(bytes_of(std::move(bytes)), time_of(at_ms), out_);
    }
    void take(double at_ms, piece::kind end) { state_->take(the(end), time_of(at_ms), out_); }
    // Lets it act when its time has come.
    void wait_until(double at_ms) {
        if (state_->acts_at() <= time_of(at_ms)) {
            state_->act(state_->acts_at(), out_);
        }
    }
    // Everything it let go of since the last look, and when.
    std::vector<seen_release> released() {
        std::vector<seen_release> all;
        while (!out_.empty()) {
            const time_point due = out_.next_due();
            all.push_back({due == until_removed ? never : ms_of(due), out_.take_next().what});
        }
        return all;
    }
    std::string released_bytes() {
        std::string bytes;
        for (const seen_release& one : released()) {
            bytes += one.what.bytes;
        }
        return bytes;
    }
    std::uint64_t strikes_count() const { return out_.strikes_count(); }
    toxic_state& state() { return *state_; }

private:
    // Far from the clock's zero, where subtraction would show what addition hides.
    static time_point time_of(double ms) {
        return time_point(std::chrono::hours(1)) +
               std::chrono::duration_cast<duration>(std::chrono::duration<double, std::milli>(ms));
    }
    static double ms_of(time_point at) {
        return std::chrono::duration<double, std::milli>(at - time_of(0)).count();
    }

    std::unique_ptr<toxic_state> state_;
    outlet out_;
};

}  // namespace stormdrain
