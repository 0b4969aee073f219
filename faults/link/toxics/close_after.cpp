// Closes the connection by FIN in both directions, `after` its beginning or the toxic's, whichever
// was later. Asked of Toxiproxy since 2017 (Shopify/toxiproxy#195).

#include "faults/link/toxic.hpp"

#include <array>

namespace stormdrain::toxics {

namespace {

class close_after_state : public toxic_state {
public:
    explicit close_after_state(time_point closes_at) : closes_at_(closes_at) {}

    void take(piece what, time_point now, outlet& out) override { out.put(std::move(what), now); }

    time_point acts_at() const override { return closes_at_; }
    void act(time_point now, outlet& out) override {
        closes_at_ = time_point::max();
        out.struck();
        out.put(the(piece::kind::close), now);
    }

private:
    time_point closes_at_;
};

constexpr std::array<attribute, 1> attributes{{
    {.name = "after",
     .measure = attribute::unit::milliseconds,
     .max = toxic_milliseconds_max,
     .is = attribute::need::required},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start& start) {
    return std::make_unique<close_after_state>(start.now + std::chrono::microseconds(values[0]));
}

}  // namespace

extern const toxic_kind close_after{
    "close_after",   "The connection is closed when its time is over.", attributes, make, nullptr,
    toxic_harm::loss};

}  // namespace stormdrain::toxics
