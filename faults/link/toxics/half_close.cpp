// Ends this direction by FIN once so many bytes have passed, at once by default, and leaves the
// other one open. What comes behind them is dropped.

#include "faults/link/toxic.hpp"

#include <array>

namespace stormdrain::toxics {

namespace {

class half_close_state : public toxic_state {
public:
    half_close_state(std::int64_t room_bytes, time_point now)
        : room_bytes_(static_cast<std::uint64_t>(room_bytes)),
          ends_at_(room_bytes == 0 ? now : time_point::max()) {}

    void take(piece what, time_point now, outlet& out) override {
        if (what.what != piece::kind::bytes) {
            if (!ended_ || what.what != piece::kind::end) {
                out.put(std::move(what), now);
            }
            return;
        }
        if (ended_ || room_bytes_ == 0) {
            return;
        }
        const bool is_full = what.bytes.size() >= room_bytes_;
        if (is_full) {
            what.bytes.resize(room_bytes_);
        }
        room_bytes_ -= what.bytes.size();
        out.put(std::move(what), now);
        if (is_full) {
            act(now, out);
        }
    }

    time_point acts_at() const override { return ends_at_; }
    void act(time_point now, outlet& out) override {
        ends_at_ = time_point::max();
        ended_ = true;
        out.struck();
        out.put(the(piece::kind::end), now);
    }

private:
    std::uint64_t room_bytes_;
    time_point ends_at_;
    bool ended_ = false;
};

constexpr std::array<attribute, 1> attributes{{
    {.name = "bytes", .measure = attribute::unit::bytes, .max = toxic_bytes_max},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start& start) {
    return std::make_unique<half_close_state>(values[0], start.now);
}

}  // namespace

extern const toxic_kind half_close{
    "half_close", "This direction ends by FIN, and the other one goes on.",
    attributes,   make,
    nullptr,      toxic_harm::loss};

}  // namespace stormdrain::toxics
