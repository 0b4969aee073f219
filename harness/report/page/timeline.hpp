#pragma once
// A cycle second by second: a lane each for the server, its listener and every connection.

#include "harness/report/page/cycle_story.hpp"

#include <optional>
#include <string>

namespace stormdrain::page {

struct time_window {
    double from_ms = 0;
    double to_ms = 0;
};

time_window whole_of(const cycle_story& story);
// Where a cycle lasts for seconds, what decides it is often over in milliseconds. Empty: they are
// seen well enough in the whole.
std::optional<time_window> around_stop(const cycle_story& story);

// An <svg>; as wide as the page.
std::string draw_timeline(const cycle_story& story, const time_window& shown, double width);

}  // namespace stormdrain::page
