#pragma once
// A cycle second by second: a lane each for the server, its listener and every connection.

#include "harness/report/page/cycle_story.hpp"

#include <string>

namespace stormdrain::page {

// An <svg>; as wide as the page.
std::string draw_timeline(const cycle_story& story, double width);

}  // namespace stormdrain::page
