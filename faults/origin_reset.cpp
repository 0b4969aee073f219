// The origin resets its connection instead of answering, or amid its answer: it crashed, or its
// load balancer gave up. A proxy must tell its client (RFC 9110 section 15.6.3), and must not keep
// the dead connection.

#include "faults/origin_fault.hpp"
#include "harness/config/object_reader.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace stormdrain::faults {

namespace {

constexpr std::array<std::pair<std::string_view, origin_act>, 2> points{
    {{"request", origin_act::reset_at_request}, {"response_body", origin_act::reset_in_body}}};

std::unique_ptr<const fault> read(object_reader& keys) {
    misbehaviour what;
    what.fault = "origin_reset";
    what.act = keys.choice<origin_act>("at", points, origin_act::reset_at_request);
    return std::make_unique<origin_fault>(read_aim(keys), std::move(what));
}

}  // namespace

extern const fault_kind origin_reset{
    "origin_reset", "An origin that ends its connection by RST instead of an answer, or amid it.",
    read};

}  // namespace stormdrain::faults
