#include "harness/commands/stored/stored_traces.hpp"

#include "harness/report/kept_folders.hpp"
#include "harness/report/page/cycle_story.hpp"
#include "harness/report/trace_events.hpp"
#include "harness/report/write_file_by_rename.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>

namespace stormdrain {
namespace {

using nlohmann::json;

bool broke_a_promise(const json& line) {
    return std::ranges::any_of(line.at("findings"), [](const json& finding) {
        return finding.value("severity", "") == "failure";
    });
}

// Beside the folder's other files; of a server that lives through many cycles they share one.
std::string trace_path(const std::string& cycle_folder, std::uint32_t cycle) {
    const std::string number = std::to_string(cycle);
    const std::string last = std::filesystem::path(cycle_folder).filename().string();
    const bool is_its_own = last == number || last.starts_with(number + "-replay");
    return cycle_folder + (is_its_own ? "/trace.json" : "/trace-" + number + ".json");
}

// Results may come from another machine: what they name is written nowhere else.
bool is_of_a_run(const std::string& cycle_folder) {
    const std::filesystem::path normal = std::filesystem::path(cycle_folder).lexically_normal();
    return normal.is_relative() && !normal.empty() && *normal.begin() == "cycles";
}

}  // namespace

std::size_t write_stored_traces(const std::string& results_path, const std::string& folder) {
    std::ifstream results(results_path);
    std::map<std::string, std::uint32_t> written;  // by scenario
    std::size_t count = 0;
    for (std::string text; std::getline(results, text);) {
        // The rest of the file has been read and judged: a line that is cut off is the last one.
        const json line = json::parse(text, nullptr, false);
        if (!line.is_object() || line.value("kind", "") != "cycle" || !broke_a_promise(line)) {
            continue;
        }
        const json& record = line.at("record");
        const page::cycle_story story = page::story_of(record);
        std::uint32_t& of_scenario = written[line.at("id")];
        if (!is_of_a_run(story.folder) || of_scenario == kept_folders_max) {
            continue;
        }
        const std::string path = trace_path(folder + "/" + story.folder, story.cycle);
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        write_file_by_rename(path,
                             [&record](std::ostream& out) { write_trace_events(out, record); });
        ++of_scenario;
        ++count;
    }
    return count;
}

}  // namespace stormdrain
