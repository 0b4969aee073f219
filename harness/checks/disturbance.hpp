#pragma once
// Times at which a server could not do better, because a fault stood in its way or its origin
// failed it, and which requests that excuses.

#include "harness/cycle/cycle_record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// While a fault on the server's process stood, and the server could not do better.
struct disturbance {
    std::string fault;
    since_start began{};
    std::optional<since_start> ended;  // empty: never, it was killed or told to end at once
};

// Null: the request was the server's to serve.
const disturbance* disturbance_of(const request_row& row,
                                  const std::vector<disturbance>& disturbances);
std::string_view rule_of_disturbed(const request_row& row);

// What origins did to requests, on purpose (rule R25: what an origin withheld no proxy can
// deliver). All of it has an end.
std::vector<disturbance> strikes_of(const cycle_record& record);
std::uint64_t strikes_count(const cycle_record& record);
// The one that may be why this request failed; null: none was at its time, or it is no excuse.
const disturbance* strike_behind(const request_row& row, const std::vector<disturbance>& strikes);

}  // namespace stormdrain
