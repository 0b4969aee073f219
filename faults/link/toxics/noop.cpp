// Does nothing: Toxiproxy has it, and its clients' tests put it on.

#include "faults/link/toxic.hpp"

namespace stormdrain::toxics {

namespace {

class noop_state : public toxic_state {
public:
    void take(piece what, time_point now, outlet& out) override { out.put(std::move(what), now); }
};

std::unique_ptr<toxic_state> make(const attribute_values&, const toxic_start&) {
    return std::make_unique<noop_state>();
}

}  // namespace

extern const toxic_kind noop{"noop", "Nothing happens.", {}, make};

}  // namespace stormdrain::toxics
