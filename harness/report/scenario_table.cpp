#include "harness/report/scenario_table.hpp"

#include "harness/report/text.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

constexpr std::size_t id_bytes_max = 80;
constexpr std::size_t sparks_max = 20;

enum column { name, cycles, broken, interval, worst_stop, stops };

// A stop that never came to its end has no time, and is worse than any that has.
std::string worst_stop_of(const scenario_result& scenario, const page::scenario_series* its) {
    if (its != nullptr && its->not_over_count > 0) {
        return "not over";
    }
    return scenario.stop_time_max > duration::zero() ? to_text(scenario.stop_time_max) : "-";
}

std::vector<std::string> row_of(const scenario_result& scenario, const page::scenario_series* its) {
    const check_result* telling = leading_check(scenario);
    const bool judged = telling != nullptr && telling->judged_count > 0;
    return {one_line(scenario.id, id_bytes_max),
            std::to_string(scenario.done_count) + "/" + std::to_string(scenario.planned_count),
            judged ? std::to_string(telling->broken_count) + " of " +
                         std::to_string(telling->judged_count)
                   : "-",
            judged ? range_text({telling->broken_count, telling->judged_count}) : "-",
            worst_stop_of(scenario, its),
            std::string(to_text(scenario.overall()))};
}

void draw_stops(scenario_table& made, glyphs drawn_with) {
    for (std::size_t i = 0; i < made.sparks.size(); ++i) {
        std::string drawn;
        for (const spark& one : made.sparks[i]) {
            drawn += made.axis.glyph_of(one, drawn_with);
        }
        std::vector<std::string>& row = made.table.rows[i + 1];
        row.insert(row.begin() + stops, drawn);
    }
    std::vector<std::string>& names = made.table.rows.front();
    names.insert(names.begin() + stops, "stops");
    made.table.dispensable.insert(made.table.dispensable.begin(), stops);
    made.stops_column = stops;
}

}  // namespace

scenario_table table_of(const run_results& results, const page::page_series& series,
                        glyphs drawn_with) {
    scenario_table made;
    made.table.rows = {{"scenario", "cycles", "broken", "at 95 %", "worst stop", "verdict"}};
    made.table.dispensable = {interval, worst_stop};
    for (const scenario_result& scenario : results.scenarios) {
        if (scenario.cell) {
            continue;
        }
        const page::scenario_series* const its = series.find(scenario.id);
        made.table.rows.push_back(row_of(scenario, its));
        made.outcomes.push_back(scenario.overall());
        made.sparks.push_back(its != nullptr ? sparks_of(*its, sparks_max) : std::vector<spark>{});
        made.axis.take(made.sparks.back());
    }
    if (!made.axis.is_empty()) {
        draw_stops(made, drawn_with);
    }
    return made;
}

}  // namespace stormdrain
