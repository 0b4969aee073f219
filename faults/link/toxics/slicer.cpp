// Cuts the stream into pieces of average_size +/- size_variation bytes, each written by itself,
// `delay` microseconds apart. An average of 0 cuts nothing.

#include "faults/link/toxic.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::toxics {

namespace {

class slicer_state : public toxic_state {
public:
    slicer_state(const attribute_values& values, random_source random)
        : average_bytes_(values[0]),
          variation_bytes_(std::min(values[1], std::max<std::int64_t>(values[0] - 1, 0))),
          delay_(std::chrono::microseconds(values[2])),
          random_(random) {}

    void take(piece what, time_point now, outlet& out) override {
        free_at_ = std::max(free_at_, now);
        if (what.what != piece::kind::bytes || average_bytes_ == 0) {
            out.put(std::move(what), free_at_);
            return;
        }
        for (std::size_t at = 0; at < what.bytes.size();) {
            std::string slice = what.bytes.substr(at, next_size());
            at += slice.size();
            out.put(bytes_of(std::move(slice)), free_at_);
            free_at_ += delay_;
        }
        out.struck();
    }

private:
    std::size_t next_size() {
        const auto width = static_cast<std::uint64_t>(2 * variation_bytes_ + 1);
        return static_cast<std::size_t>(average_bytes_ - variation_bytes_) + random_.below(width);
    }

    std::int64_t average_bytes_;
    std::int64_t variation_bytes_;
    duration delay_;
    random_source random_;
    time_point free_at_{};
};

constexpr std::int64_t microseconds_max = 60'000'000;

constexpr std::array<attribute, 3> attributes{{
    {.name = "average_size",
     .measure = attribute::unit::bytes,
     .max = toxic_bytes_max,
     .is = attribute::need::required},
    {.name = "size_variation", .measure = attribute::unit::bytes, .max = toxic_bytes_max},
    {.name = "delay", .measure = attribute::unit::microseconds, .max = microseconds_max},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start& start) {
    return std::make_unique<slicer_state>(values, start.random);
}

}  // namespace

extern const toxic_kind slicer{"slicer",   "The stream comes in small pieces, a while apart.",
                               attributes, make,
                               nullptr,    toxic_harm::slow};

}  // namespace stormdrain::toxics
