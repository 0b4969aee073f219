#pragma once
// Takes the record of every cycle as it ends, judges it, and keeps the reports on disk up to date:
// what a killed run finished is never lost, and what it did not is red. Thread-safe.

#include "harness/checks/verdict.hpp"
#include "harness/commands/running/cycle_sink.hpp"
#include "harness/commands/stored/report_files.hpp"
#include "harness/plan/plan.hpp"
#include "harness/report/console.hpp"
#include "harness/report/finding_history.hpp"
#include "harness/report/json_lines.hpp"
#include "harness/report/page/page_series.hpp"
#include "harness/report/run_results.hpp"

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

class results_book : public cycle_sink {
public:
    struct files {
        std::string results;  // results.jsonl
        report_files reports;
    };

    // Writes all of them at once: every planned check is there, unfinished. `planned` is what is
    // carried out, and `whole` the plan that it is a part of, or all of. `past` is what a run that
    // keeps a history is told of.
    results_book(const plan& planned, const run_results& whole, files where, console& screen,
                 std::optional<past_nights> past);

    void begins(const cycle_work& work) override;
    outcome add(const cycle_work& work, const cycle_record& record, bool last_attempt) override;

    // Folders of cycles that kept their promises are evidence, too: as many as of the others.
    void keep_all_cycles() { keeps_all_ = true; }
    // Known a little later than the plan: asked of the targets' programs.
    void set_versions(std::map<std::string, std::string> versions);
    void tick() override;
    void say_early_end(std::ostream& out, std::string_view words) override;
    // Writes the final reports. `finished` is false when the run was interrupted: what was not
    // reached is then red.
    run_results finish(bool finished, std::string cut_short_because);

private:
    // Rewriting a report for each of thousands of cycles would cost more than the cycles.
    static constexpr duration reports_interval = std::chrono::seconds(2);
    // Of the time, for rewriting reports: those of a night over many servers are megabytes.
    static constexpr int reports_share = 20;

    run_results snapshot() const;
    void write_reports(const run_results& results);

    std::mutex mutex_;
    const plan& planned_;
    files where_;
    console& screen_;
    std::optional<past_nights> past_;  // empty: none are kept
    time_point began_;
    time_point reports_due_{};
    run_results results_;
    std::ofstream results_file_;
    json_lines lines_;
    page::page_series series_;  // of the lines that are written
    std::vector<scenario_judge> judges_;
    std::vector<std::uint32_t> kept_folders_;
    bool keeps_all_ = false;
};

}  // namespace stormdrain
