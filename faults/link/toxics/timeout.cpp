// Drops all bytes and closes the connection after `timeout`; 0: never, until the toxic is taken
// off, and then at once, for a stream with a hole in it is worth nothing. As Toxiproxy does it;
// what keeps the bytes instead is blackhole.

#include "faults/link/toxic.hpp"

#include <array>

namespace stormdrain::toxics {

namespace {

class timeout_state : public toxic_state {
public:
    explicit timeout_state(time_point closes_at) : closes_at_(closes_at) {}

    void take(piece what, time_point now, outlet& out) override {
        out.struck();
        if (what.what != piece::kind::bytes) {
            out.put(std::move(what), now);
        }
    }

    time_point acts_at() const override { return closes_at_; }
    void act(time_point now, outlet& out) override {
        closes_at_ = time_point::max();
        out.struck();
        out.put(the(piece::kind::close), now);
    }

    std::optional<piece> farewell() const override { return the(piece::kind::close); }

private:
    time_point closes_at_;
};

constexpr std::array<attribute, 1> attributes{{
    {.name = "timeout", .measure = attribute::unit::milliseconds, .max = toxic_milliseconds_max},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start& start) {
    return std::make_unique<timeout_state>(
        values[0] == 0 ? time_point::max() : start.now + std::chrono::microseconds(values[0]));
}

}  // namespace

extern const toxic_kind timeout{
    "timeout",  "Bytes are dropped, and the connection is closed after a while.",
    attributes, make,
    nullptr,    toxic_harm::silence};

}  // namespace stormdrain::toxics
