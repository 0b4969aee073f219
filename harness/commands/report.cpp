// Every report once more, of a results.jsonl alone: on another machine, or by a later build.

#include "harness/commands/program.hpp"
#include "harness/commands/screen_options.hpp"
#include "harness/commands/stored/ci_annotations.hpp"
#include "harness/commands/stored/history_keeper.hpp"
#include "harness/commands/stored/stored_reports.hpp"
#include "harness/commands/stored/stored_traces.hpp"
#include "harness/report/stored_run.hpp"

#include <filesystem>
#include <optional>
#include <ostream>

namespace stormdrain {

exit_code show_stored(const program& self, const invocation& asked, const run_results& results,
                      const report_files& reports, const std::string& results_path) {
    page::page_series series;
    series.read_on(results_path);
    reports.write(results, series);
    console_options options = screen_options(asked);
    options.style = console_style::quiet;
    console(self.out, options).finish(results, series);
    if (!results.cut_short_because.empty()) {
        self.out << "fewer cycles than planned: " << results.cut_short_because << "\n";
    }
    self.out << "reports: " << results_path << ", " << names_of(reports, results) << "\n"
             << std::flush;
    annotate(self, results, reports);
    if (results.nothing_to_do) {
        return exit_code::kept;
    }
    const auto judged = static_cast<exit_code>(exit_code_for(results.scenarios));
    const bool is_cut_off = !results.finished && judged != exit_code::broken;
    return is_cut_off ? exit_code::not_judged : judged;
}

exit_code report_command(const program& self, const invocation& asked) {
    std::string file = asked.arguments.at(0);
    if (std::filesystem::is_directory(file)) {
        file = (std::filesystem::path(file) / "results.jsonl").string();
    }
    run_results results = results_of(read_stored_run(file));
    if (const std::optional<past_nights> past = nights_before(asked, results)) {
        results.stories = stories_of(*past, results);
    }
    const std::filesystem::path beside = std::filesystem::absolute(file).parent_path();
    const std::string folder = asked.out_is_chosen ? asked.out_folder : beside.string();
    std::filesystem::create_directories(folder);
    report_files reports = reports_in(folder, asked.junit_file);
    reports.prometheus = asked.prometheus_file;
    if (asked.trace) {
        self.out << "traces of failed cycles: " << write_stored_traces(file, folder) << "\n";
    }
    return show_stored(self, asked, results, reports, file);
}

}  // namespace stormdrain
