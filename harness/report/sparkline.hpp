#pragma once
// Times of stops as a few characters in a row: a table of a terminal has no more room, and a stop
// that takes a hundred times as long as the others is seen all the same.

#include "harness/report/page/page_series.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class glyphs {
    ascii,   // every terminal, every log
    blocks,  // U+2581 to U+2588: where text is UTF-8
};

struct spark {
    double milliseconds = 0;  // the longest of its cycles
    bool is_bad = false;      // one of them broke a promise
};

// At most so many, in the order of the cycles.
std::vector<spark> sparks_of(const page::scenario_series& series, std::size_t count_max);

// One axis for all rows of a table, logarithmic.
class spark_axis {
public:
    void take(const std::vector<spark>& sparks);
    bool is_empty() const { return high_ <= 0; }

    std::string_view glyph_of(const spark& one, glyphs drawn_with) const;
    // "stops: _ 12 ms .. # 7.18 s, logarithmic"
    std::string legend(glyphs drawn_with) const;

private:
    double low_ = 0;
    double high_ = 0;
};

}  // namespace stormdrain
