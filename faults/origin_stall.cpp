// The origin says nothing for a time, instead of answering or amid its answer. A proxy must bear
// it, or give up by a time limit of its own (RFC 9110 section 15.6.5), and must not take others
// with it.

#include "faults/origin_fault.hpp"
#include "harness/config/object_reader.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace stormdrain::faults {

namespace {

constexpr std::array<std::pair<std::string_view, origin_act>, 2> points{
    {{"request", origin_act::stall_at_request}, {"response_body", origin_act::stall_in_body}}};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    constexpr duration length_max = standing_limit / 2;  // or it would not be seen to its end
    misbehaviour what;
    what.fault = "origin_stall";
    what.act = keys.choice<origin_act>("at", points, origin_act::stall_at_request);
    what.length = keys.length_of_time("for", 1ms, length_max, 1s);
    return std::make_unique<origin_fault>(read_aim(keys), std::move(what));
}

}  // namespace

extern const fault_kind origin_stall{
    "origin_stall", "An origin that goes silent for a time, before or amid its answer.", read};

}  // namespace stormdrain::faults
