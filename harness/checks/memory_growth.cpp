#include "harness/checks/check.hpp"
#include "harness/checks/growth.hpp"

namespace stormdrain::checks {
namespace {

std::uint64_t resident(const rest_point& point) {
    return point.resident_bytes;
}

judgement examine(const cycle_record&, const promises&) {
    return not_applicable("seen over cycles of one process only");
}

judgement examine_series(std::span<const rest_point> points) {
    if (points.size() < rules::growth_points_min) {
        return not_applicable("too few cycles in one process");
    }
    const auto grown = steady_growth(points, resident);
    if (!grown || !is_worth_saying(quantity::memory, *grown)) {
        return kept();
    }
    return warned("memory grows: " + describe(*grown, "resident bytes"),
                  list_values(points, resident));
}

}  // namespace

extern const check memory_growth;
const check memory_growth{
    .name = "memory_growth",
    .summary = "Resident memory at rest does not grow from restart to restart (a warning).",
    .examine = examine,
    .examine_series = examine_series,
};

}  // namespace stormdrain::checks
