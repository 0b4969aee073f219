#pragma once
// What was broken, as the commands by which a CI engine shows it beside the job: errors on GitHub
// and Azure, collapsed sections on GitLab, a group and an annotation on Buildkite. Never more than
// the engine shows, and nothing that a server wrote is a command.

#include "harness/config/ci_engine.hpp"
#include "harness/report/run_results.hpp"

#include <cstddef>
#include <ostream>
#include <string>

namespace stormdrain {

// GitHub shows ten errors and ten warnings of a step, Azure keeps as many of a task (_maxIssueCount
// in the ExecutionContext.cs of both), and drops the rest without a word.
inline constexpr std::size_t issues_max = 10;
// GitLab has no such number, but cuts a job's log at 4 MiB.
inline constexpr std::size_t sections_max = 50;

struct annotation_places {
    std::string workspace;       // of the repository on the engine's machine; empty: unknown
    std::string current_folder;  // to which the files of results are relative
    std::string summary_file;    // Markdown
};

// Nothing for ci_engine::none.
void write_annotations(std::ostream& out, const run_results& results, ci_engine engine,
                       const annotation_places& places);

}  // namespace stormdrain
