// The origin closes a connection that it had said to keep: right behind an answer, or after a short
// idleness, as servers with short idle timeouts do. A proxy must take it out of its pool, and may
// meet the close with its next request (RFC 9112 section 9.3.1).

#include "faults/origin_fault.hpp"
#include "harness/config/object_reader.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace stormdrain::faults {

namespace {

constexpr std::array<std::pair<std::string_view, origin_act>, 2> points{
    {{"answer", origin_act::close_after_answer}, {"idle", origin_act::close_while_idle}}};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    constexpr duration idle_max = standing_limit / 2;  // or it would not be seen to its end
    misbehaviour what;
    what.fault = "origin_closes_first";
    what.act = keys.choice<origin_act>("at", points, origin_act::close_after_answer);
    what.length = keys.length_of_time("after", 1ms, idle_max, 10ms);
    return std::make_unique<origin_fault>(read_aim(keys), std::move(what));
}

}  // namespace

extern const fault_kind origin_closes_first{
    "origin_closes_first", "An origin that closes its connection without having announced it.",
    read};

}  // namespace stormdrain::faults
