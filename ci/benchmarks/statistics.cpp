#include "ci/benchmarks/statistics.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <stdexcept>

namespace stormdrain::benchmarks {
namespace {

void require_some(const std::vector<double>& values) {
    if (values.empty()) {
        throw std::invalid_argument("nothing was measured");
    }
}

template <class Operation>
std::vector<double> pair_by_pair(const std::vector<double>& left, const std::vector<double>& right,
                                 Operation operation) {
    if (left.size() != right.size()) {
        throw std::invalid_argument("not measured one for one");
    }
    std::vector<double> results;
    std::ranges::transform(left, right, std::back_inserter(results), operation);
    return results;
}

}  // namespace

double median_of(std::vector<double> values) {
    require_some(values);
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

spread spread_of(const std::vector<double>& values) {
    require_some(values);
    const auto [min, max] = std::ranges::minmax(values);
    return {median_of(values), min, max};
}

std::vector<double> differences(const std::vector<double>& values,
                                const std::vector<double>& less) {
    return pair_by_pair(values, less, std::minus<>());
}

std::vector<double> ratios(const std::vector<double>& values, const std::vector<double>& by) {
    return pair_by_pair(values, by, std::divides<>());
}

}  // namespace stormdrain::benchmarks
