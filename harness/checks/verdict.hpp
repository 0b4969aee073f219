#pragma once
// What a scenario's checks say over all its cycles, gathered as the cycles end; memory does not
// grow with the number of cycles that kept their promises.

#include "harness/checks/check.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stormdrain {

enum class verdict { pass, fail, inconclusive, skipped };

std::string_view to_text(verdict what);

struct check_result {
    std::string check;
    verdict outcome = verdict::inconclusive;
    std::uint64_t judged_count = 0;  // cycles it could judge
    std::uint64_t broken_count = 0;  // cycles with a failure
    std::uint64_t not_judged_count = 0;
    std::string reason;             // why inconclusive or skipped
    std::vector<finding> samples;   // at most samples_max, of different cycles
    std::vector<finding> warnings;  // at most samples_max
    static constexpr std::size_t samples_max = 8;
};

struct scenario_result {
    std::string id;
    std::string target;
    std::string suite;
    std::string scenario;
    std::string suite_file;
    int line = 0;
    std::string skipped_because;
    std::uint64_t planned_count = 0;
    std::uint64_t done_count = 0;
    std::uint64_t requests_count = 0;
    duration time{};           // of all its cycles
    duration stop_time_max{};  // T0 to TE
    std::vector<check_result> checks;
    verdict overall() const;  // worst of its checks
};

class scenario_judge {
public:
    // `planned_count` cycles are expected; checks that saw none end inconclusive.
    scenario_judge(scenario_result blank, promises promised);
    // Returns the findings of this cycle, also those beyond the samples that are kept.
    std::vector<finding> add(const cycle_record& record);
    scenario_result result() const;

private:
    scenario_result result_;
    promises promised_;
    std::vector<rest_point> points_;  // of the current process; in_process only
};

// 0 promises kept, 1 a promise broken, 3 could not judge, 4 nothing selected (DESIGN: exit codes).
int exit_code_for(const std::vector<scenario_result>& results);

// Upper end of the 95 % interval for "k of n" (Clopper-Pearson).
double upper_bound_95(std::uint64_t k, std::uint64_t n);

}  // namespace stormdrain
