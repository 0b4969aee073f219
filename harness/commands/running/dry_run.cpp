#include "harness/commands/running/dry_run.hpp"

#include "harness/report/text.hpp"
#include "harness/statistics/binomial.hpp"

#include <algorithm>
#include <ostream>

namespace stormdrain {
namespace {

void say_scenario(std::ostream& out, const planned_scenario& scenario, seed run_seed) {
    out << scenario.id << "\n    ";
    if (!scenario.skipped_because.empty()) {
        out << "skipped: " << scenario.skipped_because << "\n";
        return;
    }
    const std::size_t count = scenario.cycles.size();
    if (count == 0) {
        out << "no cycle\n";
        return;
    }
    const std::uint32_t first = scenario.cycles.front();
    out << count << (count == 1 ? " cycle" : " cycles") << ", shows what breaks "
        << percent(probability_ruled_out(count)) << " of them or more; cycle " << first
        << " has the seed " << to_hex(cycle_seed(run_seed, scenario.id, first)) << "\n";
}

}  // namespace

void say_what_would_run(std::ostream& out, const plan& planned) {
    for (const planned_scenario& scenario : planned.scenarios) {
        say_scenario(out, scenario, planned.run_seed);
    }
    const auto skipped = std::ranges::count_if(planned.scenarios, [](const planned_scenario& one) {
        return !one.skipped_because.empty();
    });
    out << planned.scenarios.size() << " scenarios, " << skipped << " of them skipped, "
        << planned.cycles_count() << " cycles, seed " << to_hex(planned.run_seed) << ", plan "
        << to_hex(planned.hash())
        << "\nNothing was started. What is shown is shown with 95 % confidence, where no budget "
           "ends before.\n";
}

}  // namespace stormdrain
