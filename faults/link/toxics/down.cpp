// A port behind which nobody is: who is connected gets RST, and who connects gets it as soon as the
// kernel has accepted. (A link that is disabled does not listen: there connect(2) is refused.)

#include "faults/link/toxic.hpp"

namespace stormdrain::toxics {

namespace {

class down_state : public toxic_state {
public:
    explicit down_state(time_point now) : resets_at_(now) {}

    void take(piece /*what*/, time_point /*now*/, outlet& /*out*/) override {}

    time_point acts_at() const override { return resets_at_; }
    void act(time_point now, outlet& out) override {
        resets_at_ = time_point::max();
        out.struck();
        out.put(the(piece::kind::reset), now);
    }

private:
    time_point resets_at_;
};

std::unique_ptr<toxic_state> make(const attribute_values&, const toxic_start& start) {
    return std::make_unique<down_state>(start.now);
}

dial_change before_dial(const attribute_values&) {
    return {.upstream = dial_change::fate::reset};
}

}  // namespace

extern const toxic_kind down{
    "down",      "Every connection gets RST, and the upstream is not dialled.",
    {},          make,
    before_dial, toxic_harm::loss};

}  // namespace stormdrain::toxics
