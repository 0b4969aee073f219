// The origin sends FIN behind its answer and goes on reading: nothing more will come from it, and
// the connection is over only when the proxy closes its end, too.

#include "faults/origin_fault.hpp"
#include "harness/config/object_reader.hpp"

#include <utility>

namespace stormdrain::faults {

namespace {

std::unique_ptr<const fault> read(object_reader& keys) {
    misbehaviour what;
    what.fault = "origin_half_close";
    what.act = origin_act::half_close;
    return std::make_unique<origin_fault>(read_aim(keys), std::move(what));
}

}  // namespace

extern const fault_kind origin_half_close{
    "origin_half_close",
    "An origin that sends FIN behind its answer and waits for the other end's.", read};

}  // namespace stormdrain::faults
