#pragma once
// The detection matrix: every defect build with what was found, and its repaired twin over the same
// scenario and cycles, which must be clean. Values and text only.

#include "ci/acceptance/detection.hpp"

#include <string>
#include <vector>

namespace stormdrain::acceptance {

// The target file of the server that a defect is a change of, below servers/reference/: named by
// the record's base, else by its lifecycle.
std::string twin_of(const defect_record& record);

struct matrix_row {
    defect_record record;
    detection found;
    std::string wrong;  // empty: detected as the record says
    std::string twin;   // the name of its target file
    detection twin_found;
    std::string twin_wrong;  // empty: it was judged, and clean
};

// Neither a miss nor a false alarm.
bool is_good(const std::vector<matrix_row>& rows);

// Aligned columns for a terminal; what is wrong stands below the table.
std::string matrix_text(const std::vector<matrix_row>& rows);

// The same as a table of Markdown.
std::string matrix_markdown(const std::vector<matrix_row>& rows);

}  // namespace stormdrain::acceptance
