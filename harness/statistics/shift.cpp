#include "harness/statistics/shift.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace stormdrain {
namespace {

// In order, evenly spread over the ranks.
std::vector<double> thinned(std::vector<double> values) {
    std::ranges::sort(values);
    if (values.size() <= values_compared_max) {
        return values;
    }
    std::vector<double> some;
    for (std::size_t index = 0; index < values_compared_max; ++index) {
        some.push_back(values[index * (values.size() - 1) / (values_compared_max - 1)]);
    }
    return some;
}

double median_difference(const std::vector<double>& one, const std::vector<double>& other) {
    const std::vector<double> few = thinned(one);
    std::vector<double> differences;
    const std::vector<double> few_others = thinned(other);
    differences.reserve(few.size() * few_others.size());
    for (const double value : few) {
        for (const double other_value : few_others) {
            differences.push_back(other_value - value);
        }
    }
    const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
    std::ranges::nth_element(differences, middle);
    return *middle;
}

struct ranked {
    double rank_sum_of_one = 0;
    double tie_correction = 0;  // sum of t^3 - t over groups of t equal values
};

ranked rank(const std::vector<double>& one, const std::vector<double>& other) {
    std::vector<std::pair<double, bool>> all;  // value, whether it is of the first
    for (const double value : one) {
        all.emplace_back(value, true);
    }
    for (const double value : other) {
        all.emplace_back(value, false);
    }
    std::ranges::sort(all);
    ranked result;
    for (std::size_t begin = 0; begin < all.size();) {
        std::size_t end = begin;
        std::size_t of_one = 0;
        while (end < all.size() && all[end].first == all[begin].first) {
            of_one += all[end].second ? 1U : 0U;
            ++end;
        }
        const auto equal = static_cast<double>(end - begin);
        const double mean_rank = (static_cast<double>(begin + end) + 1) / 2;
        result.rank_sum_of_one += mean_rank * static_cast<double>(of_one);
        result.tie_correction += equal * equal * equal - equal;
        begin = end;
    }
    return result;
}

}  // namespace

std::optional<shift> shift_between(std::vector<double> one, std::vector<double> other) {
    if (std::min(one.size(), other.size()) < values_to_compare_min) {
        return std::nullopt;
    }
    const auto count_of_one = static_cast<double>(one.size());
    const auto count_of_other = static_cast<double>(other.size());
    const double count = count_of_one + count_of_other;
    const ranked ranks = rank(one, other);
    const double statistic = ranks.rank_sum_of_one - count_of_one * (count_of_one + 1) / 2;
    const double mean = count_of_one * count_of_other / 2;
    const double variance = count_of_one * count_of_other / 12 *
                            (count + 1 - ranks.tie_correction / (count * (count - 1)));
    if (variance <= 0) {
        return std::nullopt;
    }
    // Half a rank less: the statistic is a whole number, the normal distribution is not.
    const double distance = std::max(std::abs(statistic - mean) - 0.5, 0.0);
    shift result;
    result.chance = std::erfc(distance / std::sqrt(2 * variance));
    result.by = median_difference(one, other);
    return result;
}

}  // namespace stormdrain
