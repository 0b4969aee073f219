// Closes the connection once so many bytes have passed; what comes behind them is dropped.

#include "faults/link/toxic.hpp"

#include <array>

namespace stormdrain::toxics {

namespace {

class limit_data_state : public toxic_state {
public:
    explicit limit_data_state(std::int64_t limit_bytes)
        : limit_bytes_(static_cast<std::uint64_t>(limit_bytes)) {}

    void take(piece what, time_point now, outlet& out) override {
        if (closed_) {
            return;
        }
        if (what.what != piece::kind::bytes) {
            out.put(std::move(what), now);
            return;
        }
        const std::uint64_t room = limit_bytes_ > passed_bytes_ ? limit_bytes_ - passed_bytes_ : 0;
        if (what.bytes.size() >= room) {
            what.bytes.resize(room);
            closed_ = true;
        }
        passed_bytes_ += what.bytes.size();
        if (!what.bytes.empty()) {
            out.put(std::move(what), now);
        }
        if (closed_) {
            out.struck();
            out.put(the(piece::kind::close), now);
        }
    }

    void follows(const toxic_state& before) override {
        passed_bytes_ = dynamic_cast<const limit_data_state&>(before).passed_bytes_;
    }

private:
    std::uint64_t limit_bytes_;
    std::uint64_t passed_bytes_ = 0;
    bool closed_ = false;
};

constexpr std::array<attribute, 1> attributes{{
    {.name = "bytes",
     .measure = attribute::unit::bytes,
     .max = toxic_bytes_max,
     .is = attribute::need::required},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start&) {
    return std::make_unique<limit_data_state>(values[0]);
}

}  // namespace

extern const toxic_kind limit_data{
    "limit_data", "The connection is closed once so many bytes have passed.",
    attributes,   make,
    nullptr,      toxic_harm::loss};

}  // namespace stormdrain::toxics
