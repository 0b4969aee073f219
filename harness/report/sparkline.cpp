#include "harness/report/sparkline.hpp"

#include "harness/report/page/scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace stormdrain {
namespace {

constexpr std::size_t levels_count = 8;
constexpr std::array<std::string_view, levels_count> ascii_levels{"_", ".", ":", "-",
                                                                  "=", "+", "*", "#"};
constexpr std::array<std::string_view, levels_count> block_levels{
    "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
// Times that differ by less than this look the same: noise is no news.
constexpr double narrowest_axis = 4;

std::string_view level_glyph(std::size_t level, glyphs drawn_with) {
    return (drawn_with == glyphs::blocks ? block_levels : ascii_levels).at(level);
}

}  // namespace

std::vector<spark> sparks_of(const page::scenario_series& series, std::size_t count_max) {
    const std::vector<page::strip_column>& columns = series.stops.columns();
    const std::size_t count = std::min(count_max, columns.size());
    std::vector<spark> sparks(count);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        spark& its = sparks[i * count / columns.size()];
        its.milliseconds = std::max(its.milliseconds, columns[i].max);
        its.is_bad = its.is_bad || columns[i].bad_count > 0;
    }
    return sparks;
}

void spark_axis::take(const std::vector<spark>& sparks) {
    constexpr double smallest_ms = 0.001;
    for (const spark& one : sparks) {
        const double value = std::max(one.milliseconds, smallest_ms);
        low_ = is_empty() ? value : std::min(low_, value);
        high_ = std::max(high_, value);
    }
}

std::string_view spark_axis::glyph_of(const spark& one, glyphs drawn_with) const {
    const double range = std::max(high_ / low_, narrowest_axis);
    const double share = std::log(std::max(one.milliseconds, low_) / low_) / std::log(range);
    const double level = std::floor(share * static_cast<double>(levels_count));
    return level_glyph(
        static_cast<std::size_t>(std::clamp(level, 0.0, static_cast<double>(levels_count - 1))),
        drawn_with);
}

std::string spark_axis::legend(glyphs drawn_with) const {
    return "stops: " + std::string(level_glyph(0, drawn_with)) + " " + page::time_label(low_) +
           " .. " + std::string(level_glyph(levels_count - 1, drawn_with)) + " " +
           page::time_label(std::max(high_, low_ * narrowest_axis)) + ", logarithmic";
}

}  // namespace stormdrain
