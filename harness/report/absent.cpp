#include "harness/report/absent.hpp"

#include <cstdint>
#include <map>

namespace stormdrain {
namespace {

std::string are_absent(std::uint64_t count, const std::string& because) {
    return (count == 1 ? " is absent: " : " are absent: ") + because;
}

}  // namespace

std::string what_is_absent(const scenario_result& scenario) {
    return std::to_string(scenario.absent_count) + " of " + std::to_string(scenario.planned_count) +
           " planned cycles" + are_absent(scenario.absent_count, scenario.absent_because);
}

std::vector<std::string> all_that_is_absent(const run_results& results) {
    struct count_of_both {
        std::uint64_t cycles = 0;
        std::uint64_t scenarios = 0;
    };
    std::map<std::string, count_of_both> by_reason;
    for (const scenario_result& scenario : results.scenarios) {
        if (scenario.absent_count > 0) {
            count_of_both& count = by_reason[scenario.absent_because];
            count.cycles += scenario.absent_count;
            ++count.scenarios;
        }
    }
    std::vector<std::string> lines;
    for (const auto& [because, count] : by_reason) {
        lines.push_back(std::to_string(count.cycles) +
                        (count.cycles == 1 ? " planned cycle of " : " planned cycles of ") +
                        std::to_string(count.scenarios) +
                        (count.scenarios == 1 ? " scenario" : " scenarios") +
                        are_absent(count.cycles, because));
    }
    return lines;
}

}  // namespace stormdrain
