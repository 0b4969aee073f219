#pragma once
// How much something grows from point to point, whatever single points do: the median of the slopes
// of all pairs (Theil, Proceedings of the KNAW 53, 1950; Sen, JASA 63, 1968).

#include <cstddef>
#include <optional>
#include <vector>

namespace stormdrain {

struct slope_range {
    double slope = 0;  // per step of x
    // With 95 % confidence the true one lies between them, where points differ from the line
    // independently of each other; those of a staircase do not, and whoever judges asks for more.
    double low = 0;
    double high = 0;

    bool is_growth() const { return low > 0; }
    bool operator==(const slope_range&) const = default;
};

struct xy_point {
    double x = 0;
    double y = 0;
};

// Fewer say nothing with 95 % confidence.
inline constexpr std::size_t slope_points_min = 6;
// Of more, so many are taken, evenly spread: pairs go with the square, and 20,000 take a
// millisecond.
inline constexpr std::size_t slope_points_max = 200;

// Points in the order of x. Empty: too few of them, or all at one x.
std::optional<slope_range> slope_of(const std::vector<xy_point>& points);

}  // namespace stormdrain
