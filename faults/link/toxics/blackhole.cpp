// Nothing gets through, neither bytes nor FIN nor RST, and nobody is told: a cable that is pulled.
// Nothing is lost either: taken off, everything arrives, as TCP would send it again.

#include "faults/link/toxic.hpp"

namespace stormdrain::toxics {

namespace {

class blackhole_state : public toxic_state {
public:
    void take(piece what, time_point /*now*/, outlet& out) override {
        out.put(std::move(what), until_removed);
        out.struck();
    }
};

std::unique_ptr<toxic_state> make(const attribute_values&, const toxic_start&) {
    return std::make_unique<blackhole_state>();
}

}  // namespace

extern const toxic_kind blackhole{
    "blackhole", "Nothing gets through and nobody is told; nothing is lost either.",
    {},          make,
    nullptr,     toxic_harm::silence};

}  // namespace stormdrain::toxics
