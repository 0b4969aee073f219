// Lets through no more than `rate` (in 1,000 bytes a second, as Toxiproxy counts), in small steps.
// A rate of 0 is no limit: what Toxiproxy's clients get when they name none.

#include "faults/link/toxic.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::toxics {

namespace {

// A wire is not silent for a tenth of a second and then busy: 10 ms of it at a time.
constexpr std::int64_t steps_per_second = 100;

class bandwidth_state : public toxic_state {
public:
    explicit bandwidth_state(std::int64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

    void take(piece what, time_point now, outlet& out) override {
        free_at_ = std::max(free_at_, now);
        if (what.what != piece::kind::bytes || bytes_per_second_ == 0) {
            out.put(std::move(what), free_at_);
            return;
        }
        const auto step = static_cast<std::size_t>(
            std::max<std::int64_t>(bytes_per_second_ / steps_per_second, 1));
        for (std::size_t at = 0; at < what.bytes.size(); at += step) {
            std::string part = what.bytes.substr(at, step);
            free_at_ += time_of(part.size());
            out.put(bytes_of(std::move(part)), free_at_);
        }
        out.struck();
    }

private:
    duration time_of(std::size_t bytes_count) const {
        constexpr std::int64_t nanoseconds = 1'000'000'000;
        return std::chrono::nanoseconds(static_cast<std::int64_t>(bytes_count) * nanoseconds /
                                        bytes_per_second_);
    }

    std::int64_t bytes_per_second_;
    time_point free_at_{};
};

// Faster than a loopback, and far from what overflows.
constexpr std::int64_t kilobytes_per_second_max = 1'000'000'000;

constexpr std::array<attribute, 1> attributes{{
    {.name = "rate",
     .measure = attribute::unit::kilobytes_per_second,
     .max = kilobytes_per_second_max,
     .is = attribute::need::required},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start&) {
    return std::make_unique<bandwidth_state>(values[0]);
}

}  // namespace

extern const toxic_kind bandwidth{"bandwidth", "No more than so many bytes a second get through.",
                                  attributes,  make,
                                  nullptr,     toxic_harm::slow};

}  // namespace stormdrain::toxics
