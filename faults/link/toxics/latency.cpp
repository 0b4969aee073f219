// Delays everything that passes, ends too, by latency +/- jitter; what came first stays first, as
// on a path that does not reorder.

#include "faults/link/toxic.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::toxics {

namespace {

class latency_state : public toxic_state {
public:
    latency_state(duration latency, duration jitter, random_source random)
        : latency_(latency), jitter_(jitter), random_(random) {}

    void take(piece what, time_point now, outlet& out) override {
        out.put(std::move(what), now + delay());
        out.struck();
    }

private:
    duration delay() {
        if (jitter_ == duration::zero()) {
            return latency_;
        }
        const auto width = static_cast<std::uint64_t>(2 * jitter_.count() + 1);
        const duration delay =
            latency_ - jitter_ + duration(static_cast<duration::rep>(random_.below(width)));
        return std::max(delay, duration::zero());
    }

    duration latency_;
    duration jitter_;
    random_source random_;
};

constexpr std::array<attribute, 2> attributes{{
    {.name = "latency",
     .measure = attribute::unit::milliseconds,
     .max = toxic_milliseconds_max,
     .is = attribute::need::required},
    {.name = "jitter", .measure = attribute::unit::milliseconds, .max = toxic_milliseconds_max},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start& start) {
    return std::make_unique<latency_state>(std::chrono::microseconds(values[0]),
                                           std::chrono::microseconds(values[1]), start.random);
}

duration delay_max(const attribute_values& values) {
    return std::chrono::microseconds(values[0] + values[1]);
}

}  // namespace

extern const toxic_kind latency{
    "latency",  "Everything arrives later, by latency plus or minus jitter.",
    attributes, make,
    nullptr,    toxic_harm::none,
    delay_max};

}  // namespace stormdrain::toxics
