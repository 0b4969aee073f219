#include "harness/statistics/slope.hpp"

#include <algorithm>
#include <cmath>

namespace stormdrain {
namespace {

constexpr double normal_quantile_975 = 1.959963984540054;

std::vector<xy_point> thinned(const std::vector<xy_point>& points) {
    if (points.size() <= slope_points_max) {
        return points;
    }
    std::vector<xy_point> some;
    for (std::size_t index = 0; index < slope_points_max; ++index) {
        some.push_back(points[index * (points.size() - 1) / (slope_points_max - 1)]);
    }
    return some;
}

// Of values in order.
double median_of(const std::vector<double>& values) {
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Of Kendall's S, which the pairs on either side of the true slope make (Sen, section 2). Equal
// values of y make it smaller, which is left out: the range is no narrower than it may be.
double kendall_deviation(std::size_t count) {
    const auto n = static_cast<double>(count);
    return std::sqrt(n * (n - 1) * (2 * n + 5) / 18);
}

}  // namespace

std::optional<slope_range> slope_of(const std::vector<xy_point>& all) {
    const std::vector<xy_point> points = thinned(all);
    if (points.size() < slope_points_min) {
        return std::nullopt;
    }
    std::vector<double> slopes;
    for (std::size_t left = 0; left < points.size(); ++left) {
        for (std::size_t right = left + 1; right < points.size(); ++right) {
            const double step = points[right].x - points[left].x;
            if (step > 0) {
                slopes.push_back((points[right].y - points[left].y) / step);
            }
        }
    }
    if (slopes.empty()) {
        return std::nullopt;
    }
    std::ranges::sort(slopes);
    const auto pairs = static_cast<double>(slopes.size());
    const double reach = normal_quantile_975 * kendall_deviation(points.size());
    const auto at = [&](double rank) {
        return slopes[static_cast<std::size_t>(std::clamp(rank, 0.0, pairs - 1))];
    };
    slope_range range;
    range.slope = median_of(slopes);
    range.low = at(std::floor((pairs - reach) / 2) - 1);
    range.high = at(std::ceil((pairs + reach) / 2));
    return range;
}

}  // namespace stormdrain
