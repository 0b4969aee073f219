// One run of the shards of one: what each of them wrote is judged again as if one machine had run
// all of it, and every report is made of that.

#include "harness/base/environment_error.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/running/workforce.hpp"
#include "harness/commands/stored/history_keeper.hpp"
#include "harness/commands/stored/shard_results.hpp"
#include "harness/commands/stored/stored_reports.hpp"
#include "harness/config/problem.hpp"
#include "harness/report/history_folder.hpp"
#include "harness/report/json_lines.hpp"
#include "harness/report/merged_run.hpp"
#include "harness/report/write_file_by_rename.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <utility>

namespace stormdrain {
namespace {

namespace files = std::filesystem;

bool is_unfinished(const files::path& path) {
    return path.extension() == shard_results::part_suffix &&
           is_shard_results(files::path(path).replace_extension().string());
}

// The results in a folder, and below: CI engines unpack each machine's artifacts into a folder of
// its own. Those that were never completed are read, too, so that they can be named.
std::vector<std::string> results_in(const std::string& folder) {
    std::vector<std::string> found;
    const auto skip = files::directory_options::skip_permission_denied;
    for (const files::directory_entry& entry : files::recursive_directory_iterator(folder, skip)) {
        const bool is_wanted =
            is_shard_results(entry.path().string()) || is_unfinished(entry.path());
        if (is_wanted && entry.is_regular_file()) {
            found.push_back(entry.path().string());
        }
    }
    std::ranges::sort(found);
    if (found.empty()) {
        throw config_error({{folder, 0, 0, "", "has no results-SHARD-ATTEMPT.jsonl in it"}});
    }
    return found;
}

std::vector<std::string> results_of_all(const std::vector<std::string>& arguments) {
    std::vector<std::string> all;
    std::set<std::string> seen;
    for (const std::string& argument : arguments) {
        std::error_code absent;  // whether it can be read is for the reader to say
        const std::vector<std::string> named = files::is_directory(argument, absent)
                                                   ? results_in(argument)
                                                   : std::vector<std::string>{argument};
        for (const std::string& path : named) {
            if (seen.insert(files::weakly_canonical(path, absent).string()).second) {
                all.push_back(path);
            }
        }
    }
    return all;
}

// Of an attempt that was killed at its very beginning there may be half a line.
std::optional<stored_run> read_one(const std::string& path, std::ostream& problems) {
    if (!is_unfinished(path)) {
        return read_stored_run(path);
    }
    try {
        return read_stored_run(path);
    } catch (const config_error& cut_off) {
        problems << "stormdrain: " << cut_off.what() << ": not counted\n";
        return std::nullopt;
    }
}

std::vector<stored_run> read_all(const std::vector<std::string>& paths, std::ostream& problems) {
    std::vector<stored_run> runs;
    for (const std::string& path : paths) {
        if (std::optional<stored_run> run = read_one(path, problems)) {
            runs.push_back(std::move(*run));
        }
    }
    if (runs.empty()) {
        throw config_error({{paths.front(), 0, 0, "", "holds no results"}});
    }
    return runs;
}

// Cycles are copied as they stand, records and all.
class cycle_lines {
public:
    explicit cycle_lines(const std::vector<std::string>& paths) {
        for (const std::string& path : paths) {
            files_.emplace_back(path, std::ios::binary);
        }
    }

    std::string line_of(const stored_cycle& cycle) {
        std::ifstream& file = files_.at(cycle.file);
        std::string line;
        file.clear();
        file.seekg(static_cast<std::streamoff>(cycle.line_at));
        if (!std::getline(file, line)) {
            throw environment_error("cannot read a cycle again that was there before");
        }
        return line;
    }

private:
    std::vector<std::ifstream> files_;
};

void write_results(const std::string& path, const merged_run& from, const run_results& results) {
    write_file_by_rename(path, [&](std::ostream& out) {
        json_lines lines(out);
        lines.header(from.whole.planned);
        lines.targets(results.facts);
        cycle_lines read(from.files);
        for (const stored_cycle& cycle : from.whole.cycles) {
            lines.copied_cycle(read.line_of(cycle));
        }
        for (const scenario_result& scenario : results.scenarios) {
            lines.scenario(scenario);
        }
        lines.footer(results);
    });
}

}  // namespace

exit_code merge_command(const program& self, const invocation& asked) {
    const std::vector<std::string> paths = results_of_all(asked.arguments);
    const merged_run made = merged(read_all(paths, self.problems));
    for (const std::string& note : made.notes) {
        self.problems << "stormdrain: " << note << "\n";
    }
    run_results results = results_of(made.whole);
    std::optional<past_nights> past = nights_before(asked);
    if (past) {  // shards may be merged again, and their night is in it then
        past->history = history_before(asked.history_folder, results.facts);
        results.stories = stories_of(*past, results);
    }
    const folder_lock lock(asked.out_folder);
    const std::string results_path = asked.out_folder + "/results.jsonl";
    write_results(results_path, made, results);
    report_files reports = reports_in(asked.out_folder, asked.junit_file);
    reports.prometheus = asked.prometheus_file;
    const exit_code verdict = show_stored(self, asked, results, reports, results_path);
    return keep_night(self, asked, past, results, verdict);
}

}  // namespace stormdrain
