#pragma once
// What many cycles look like together. Each returns an <svg>, or nothing where there is nothing to
// draw.

#include "harness/report/page/page_series.hpp"

#include <string>

namespace stormdrain::page {

struct chart_size {
    double width = 0;
    double height = 0;
};

// How long every stop took, with the promise and the deadline.
std::string draw_stops(const scenario_series& series, const chart_size& size);
// The same in a row of a table, without an axis.
std::string draw_sparkline(const scenario_series& series, const chart_size& size);
// Which share of the stops took longer than a time, both logarithmic: a rare hang is a shelf, and
// a general slowness shifts all of it.
std::string draw_tail(const scenario_series& series, const chart_size& size);
// What the server held at rest, with the slope and what it may be at 95 % confidence.
std::string draw_descriptors(const scenario_series& series, const chart_size& size);
// Of each cycle's requests, the 50th and 99th percentile and the slowest.
std::string draw_latency(const scenario_series& series, const chart_size& size);

}  // namespace stormdrain::page
