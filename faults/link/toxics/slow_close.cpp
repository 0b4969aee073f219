// Holds back the end of the stream: the FIN comes `delay` after it was sent, the bytes at once.

#include "faults/link/toxic.hpp"

#include <array>

namespace stormdrain::toxics {

namespace {

class slow_close_state : public toxic_state {
public:
    explicit slow_close_state(duration delay) : delay_(delay) {}

    void take(piece what, time_point now, outlet& out) override {
        const bool is_closing = what.what == piece::kind::end || what.what == piece::kind::close;
        out.put(std::move(what), is_closing ? now + delay_ : now);
        if (is_closing) {
            out.struck();
        }
    }

private:
    duration delay_;
};

constexpr std::array<attribute, 1> attributes{{
    {.name = "delay",
     .measure = attribute::unit::milliseconds,
     .max = toxic_milliseconds_max,
     .is = attribute::need::required},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start&) {
    return std::make_unique<slow_close_state>(std::chrono::microseconds(values[0]));
}

duration delay_max(const attribute_values& values) {
    return std::chrono::microseconds(values[0]);
}

}  // namespace

extern const toxic_kind slow_close{"slow_close", "The FIN comes a while after it was sent.",
                                   attributes,   make,
                                   nullptr,      toxic_harm::none,
                                   delay_max};

}  // namespace stormdrain::toxics
