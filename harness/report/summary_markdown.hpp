#pragma once
// The run on one page of Markdown, as CI systems show it beside a job: the verdict, a line a
// target, what was broken with the command that replays it, what is known, what could not be
// judged.

#include "harness/report/run_results.hpp"

#include <cstddef>
#include <ostream>

namespace stormdrain {

// GitHub refuses the whole summary of a step above 1024 KiB; this is kept for what others write.
inline constexpr std::size_t summary_bytes_max = 900 * 1024;

void write_summary_markdown(std::ostream& out, const run_results& results);

}  // namespace stormdrain
