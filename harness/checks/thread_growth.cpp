#include "harness/checks/check.hpp"
#include "harness/checks/growth.hpp"

namespace stormdrain::checks {
namespace {

std::uint64_t threads(const rest_point& point) {
    return point.threads_count;
}

judgement examine(const cycle_record&, const promises&) {
    return not_applicable("seen over cycles of one process only");
}

judgement examine_series(std::span<const rest_point> points) {
    if (points.size() < rules::growth_points_min) {
        return not_applicable("too few cycles in one process");
    }
    const auto grown = steady_growth(points, threads);
    if (!grown || !is_worth_saying(quantity::threads, *grown)) {
        return kept();
    }
    return warned("threads pile up: " + describe(*grown, "threads"), list_values(points, threads));
}

}  // namespace

extern const check thread_growth;
const check thread_growth{
    .name = "thread_growth",
    .summary = "The number of threads at rest does not grow from restart to restart (a warning).",
    .examine = examine,
    .examine_series = examine_series,
};

}  // namespace stormdrain::checks
