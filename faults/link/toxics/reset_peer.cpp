// Sends RST to both sides `timeout` after the connection or the toxic began, whichever was later,
// also when nothing is said on it (Shopify/toxiproxy#603 tells of one that needs bytes). Until then
// it keeps what comes in its direction.

#include "faults/link/toxic.hpp"

#include <array>

namespace stormdrain::toxics {

namespace {

class reset_peer_state : public toxic_state {
public:
    explicit reset_peer_state(time_point resets_at) : resets_at_(resets_at) {}

    void take(piece what, time_point /*now*/, outlet& out) override {
        out.put(std::move(what), until_removed);
    }

    time_point acts_at() const override { return resets_at_; }
    void act(time_point now, outlet& out) override {
        resets_at_ = time_point::max();
        out.struck();
        out.overtake(the(piece::kind::reset), now);
    }

private:
    time_point resets_at_;
};

constexpr std::array<attribute, 1> attributes{{
    {.name = "timeout", .measure = attribute::unit::milliseconds, .max = toxic_milliseconds_max},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start& start) {
    return std::make_unique<reset_peer_state>(start.now + std::chrono::microseconds(values[0]));
}

}  // namespace

extern const toxic_kind reset_peer{"reset_peer", "Both sides get RST, at once or after a while.",
                                   attributes,   make,
                                   nullptr,      toxic_harm::loss};

}  // namespace stormdrain::toxics
