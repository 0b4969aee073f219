#pragma once
// One run of stormdrain over the scenario that a defect build names, as `detects` and the detection
// matrix make it: on the defect build itself, or on its repaired twin.

#include "ci/acceptance/detection.hpp"
#include "ci/acceptance/program.hpp"

#include <string>

namespace stormdrain::acceptance {

// Throws std::runtime_error when the server does not print a record.
defect_record ask_record(const std::string& server);

// The whole argv: all cycles of the record's scenario on one target, or only those up to the first
// finding.
enum class trial_length { all_cycles, until_first_finding };
std::vector<std::string> trial_argv(const std::string& stormdrain, const std::string& suites_folder,
                                    const defect_record& record, const std::string& target,
                                    trial_length length);

struct trial {
    finished run;
    detection seen;
    std::string left;  // processes that outlived it, one a line
};

// argv without its --out, which is a folder of the trial's own. The caller has adopted orphans.
trial run_trial(std::vector<std::string> argv, clock::duration limit);
// The same again, a few times within the limit, while nothing could be judged (exit code 3).
trial run_until_judged(const std::vector<std::string>& argv, clock::duration limit);

// Empty: exactly what the record expects was found. Else what is wrong.
std::string disagreement(const defect_record& record, const trial& tried);

}  // namespace stormdrain::acceptance
