#pragma once
// What a person sees of a probe: each condition with what was measured, the evidence, and whether
// the target's file says the same.

#include "harness/probe/measured.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace stormdrain {

struct probe_row {
    std::string condition;
    std::string measured;
    std::string as_written;  // "2 s: agrees", "unbounded: could be promised"; empty: no such key
    std::string evidence;
};

// The rows of one stop mode, judged against what its contract says; none for what was not tried.
std::vector<probe_row> rows_of(const measured_stop& seen, const contract& written,
                               duration patience);
std::vector<probe_row> rows_of(const measured_running& seen, const contract& written,
                               const running_contract& running, duration patience);

void write_table(std::ostream& out, std::string_view title, const std::vector<probe_row>& rows);

}  // namespace stormdrain
