#include "harness/report/annotations.hpp"

#include "harness/report/absent.hpp"
#include "harness/report/guarded_output.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

constexpr std::size_t message_bytes_max = 1000;
constexpr std::size_t title_bytes_max = 200;
constexpr std::size_t line_bytes_max = 400;
constexpr std::size_t path_bytes_max = 500;
constexpr std::size_t evidence_lines_max = 40;

// As one line that commands nothing, whatever a server wrote.
std::string harmless(std::string_view bytes, std::size_t bytes_max) {
    return guarded(one_line(bytes, bytes_max));
}

struct replacement {
    char of;
    std::string_view by;
};

std::string replaced(std::string_view text, const std::vector<replacement>& all) {
    std::string made;
    for (const char character : text) {
        const auto found = std::ranges::find(all, character, &replacement::of);
        made += found == all.end() ? std::string(1, character) : std::string(found->by);
    }
    return made;
}

struct issue {
    enum class weight { error, warning } how_bad = weight::error;
    std::string title;
    std::string message;
    std::string replay = {};  // "Replay: stormdrain run ..."; empty: nothing shows it again
    std::string file = {};    // empty: of no file that the engine could show
    int line = 0;
    std::string check = {};
};

// Of the repository, as the engine names it; empty: it is no file of it.
std::string file_in(const annotation_places& places, const std::string& path) {
    if (path.empty() || places.workspace.empty()) {
        return {};
    }
    const std::filesystem::path whole =
        (std::filesystem::path(places.current_folder) / path).lexically_normal();
    const std::string relative = whole.lexically_relative(places.workspace).string();
    return relative.starts_with("..") ? std::string() : relative;
}

class issue_list {
public:
    issue_list(const run_results& results, const annotation_places& places)
        : results_(results), places_(places) {
        for (const scenario_result& scenario : results.scenarios) {
            for (const check_result& result : scenario.checks) {
                if (result.outcome == verdict::fail) {
                    add_broken(scenario, result);
                }
            }
        }
        add_unjudged();
        for (const std::string& line : all_that_is_absent(results)) {
            all_.push_back({issue::weight::warning, "results are absent", line});
        }
        if (!results.finished) {
            all_.push_back({issue::weight::warning, "the run was not finished",
                            "what it did not reach is not judged"});
        }
    }

    // Of that weight, as many as are shown: the last one says how many more there are.
    std::vector<issue> shown(issue::weight how_bad) const {
        std::vector<issue> chosen;
        for (const issue& one : all_) {
            if (one.how_bad == how_bad) {
                chosen.push_back(one);
            }
        }
        if (chosen.size() > issues_max) {
            const std::size_t more = chosen.size() - issues_max + 1;
            chosen.resize(issues_max - 1);
            chosen.push_back({how_bad, std::to_string(more) + " more",
                              std::to_string(more) + " more: see " + places_.summary_file});
        }
        return chosen;
    }

private:
    issue at(const scenario_result& scenario) const {
        issue made;
        made.file = file_in(places_, scenario.suite_file);
        made.line = made.file.empty() ? 0 : scenario.line;
        if (made.file.empty()) {
            made.file = file_in(places_, scenario.target_file);
        }
        return made;
    }

    void add_broken(const scenario_result& scenario, const check_result& result) {
        issue made = at(scenario);
        made.check = result.check;
        made.title = result.check + " " + scenario.id;
        made.message = what_broke(result);
        if (!result.samples.empty()) {
            made.replay =
                "Replay: " + replay_command(results_.facts, scenario, result.samples.front());
        }
        all_.push_back(std::move(made));
    }

    // One a scenario and reason: most often, one thing keeps all its checks from judging. Where a
    // promise is broken, that is it.
    void add_unjudged() {
        for (const scenario_result& scenario : results_.scenarios) {
            if (scenario.overall() == verdict::fail) {
                continue;
            }
            std::set<std::string_view> said;
            for (const check_result& result : scenario.checks) {
                if (result.outcome == verdict::inconclusive && scenario.done_count > 0 &&
                    said.insert(result.reason).second) {
                    issue made = at(scenario);
                    made.how_bad = issue::weight::warning;
                    made.title = "not judged: " + scenario.id;
                    made.message = result.reason;
                    all_.push_back(std::move(made));
                }
            }
        }
    }

    const run_results& results_;
    const annotation_places& places_;
    std::vector<issue> all_;
};

void write_issues(std::ostream& out, const issue_list& issues,
                  const std::function<std::string(const issue&)>& command) {
    for (const issue::weight how_bad : {issue::weight::error, issue::weight::warning}) {
        for (const issue& one : issues.shown(how_bad)) {
            out << command(one) << "\n";
        }
    }
}

// "Workflow commands for GitHub Actions"; the escapes are those that ActionCommand.cs undoes.
std::string command_of_github(const issue& one) {
    const auto property = [](std::string_view bytes, std::size_t bytes_max) {
        return replaced(harmless(bytes, bytes_max), {{'%', "%25"}, {':', "%3A"}, {',', "%2C"}});
    };
    std::string text = one.how_bad == issue::weight::error ? "::error " : "::warning ";
    if (!one.file.empty()) {
        text += "file=" + property(one.file, path_bytes_max) + ",";
    }
    if (one.line > 0) {
        text += "line=" + std::to_string(one.line) + ",";
    }
    const auto data = [](std::string_view bytes) {
        return replaced(harmless(bytes, message_bytes_max), {{'%', "%25"}});
    };
    return text + "title=" + property(one.title, title_bytes_max) + "::" + data(one.message) +
           (one.replay.empty() ? std::string() : "%0A" + data(one.replay));
}

// "Logging commands" of Azure Pipelines; the escapes are those that Command.cs undoes.
std::string command_of_azure(const issue& one) {
    const auto property = [](std::string_view bytes, std::size_t bytes_max) {
        return replaced(harmless(bytes, bytes_max), {{'%', "%AZP25"}, {';', "%3B"}, {']', "%5D"}});
    };
    std::string text = "##vso[task.logissue type=";
    text += one.how_bad == issue::weight::error ? "error;" : "warning;";
    if (!one.file.empty()) {
        text += "sourcepath=" + property(one.file, path_bytes_max) + ";";
    }
    if (one.line > 0) {
        text += "linenumber=" + std::to_string(one.line) + ";";
    }
    if (!one.check.empty()) {
        text += "code=" + property(one.check, title_bytes_max) + ";";
    }
    const auto data = [](std::string_view bytes) {
        return replaced(harmless(bytes, message_bytes_max), {{'%', "%AZP25"}});
    };
    return text + "]" + data(one.title + ": " + one.message) +
           (one.replay.empty() ? std::string() : ". " + data(one.replay));
}

void write_for_azure(std::ostream& out, const run_results& results,
                     const annotation_places& places) {
    write_issues(out, issue_list(results, places), command_of_azure);
    const std::filesystem::path summary =
        std::filesystem::path(places.current_folder) / places.summary_file;
    out << "##vso[task.uploadsummary]"
        << replaced(harmless(summary.string(), path_bytes_max), {{'%', "%AZP25"}}) << "\n";
}

struct broken_promise {
    const scenario_result* scenario;
    const check_result* result;
};

std::vector<broken_promise> broken_in(const run_results& results) {
    std::vector<broken_promise> found;
    for (const scenario_result& scenario : results.scenarios) {
        for (const check_result& result : scenario.checks) {
            if (result.outcome == verdict::fail) {
                found.push_back({&scenario, &result});
            }
        }
    }
    return found;
}

void write_evidence(std::ostream& out, const run_results& results, const broken_promise& what) {
    const auto& [scenario, result] = what;
    const auto line = [&out](std::string_view text) {
        out << "  " << harmless(text, line_bytes_max) << "\n";
    };
    line(what_broke(*result));
    for (const std::string& one : identity_lines(results, *scenario, *result)) {
        line(one);
    }
    if (result->samples.empty()) {
        return;
    }
    const finding& first = result->samples.front();
    const std::size_t shown = std::min(first.evidence.size(), evidence_lines_max);
    for (std::size_t index = 0; index < shown; ++index) {
        line(first.evidence[index]);
    }
    line("replay: " + replay_command(results.facts, *scenario, first));
}

// "Custom collapsible sections" of GitLab's job logs: a line each around them, with the seconds
// since 1970, and a carriage return that hides it.
void write_for_gitlab(std::ostream& out, const run_results& results) {
    const auto ended = std::chrono::duration_cast<std::chrono::seconds>(
        results.facts.began.time_since_epoch() + results.took);
    const std::string when = std::to_string(ended.count());
    const std::vector<broken_promise> broken = broken_in(results);
    const std::size_t shown = std::min(broken.size(), sections_max);
    for (std::size_t index = 0; index < shown; ++index) {
        const auto& [scenario, result] = broken[index];
        const std::string name = "stormdrain_" + std::to_string(index + 1);
        out << "\x1b[0Ksection_start:" << when << ":" << name << "[collapsed=true]\r\x1b[0K"
            << harmless("RED  " + scenario->id + "  " + result->check, line_bytes_max) << "\n";
        write_evidence(out, results, broken[index]);
        out << "\x1b[0Ksection_end:" << when << ":" << name << "\r\x1b[0K\n";
    }
    if (broken.size() > shown) {
        out << broken.size() - shown << " more broken promises: see the reports\n";
    }
}

// A group that is open where something broke ("Managing log output"), and how the summary becomes
// an annotation: it may have 1 MiB, and the summary never has.
void write_for_buildkite(std::ostream& out, const run_results& results,
                         const annotation_places& places) {
    const std::vector<broken_promise> broken = broken_in(results);
    if (broken.empty()) {
        out << "--- stormdrain: nothing broken\n";
    } else {
        out << "+++ stormdrain: " << broken.size()
            << (broken.size() == 1 ? " promise broken\n" : " promises broken\n");
    }
    for (std::size_t index = 0; index < std::min(broken.size(), issues_max); ++index) {
        const auto& [scenario, result] = broken[index];
        out << "  " << harmless(scenario->id + "  " + result->check, line_bytes_max) << "\n";
    }
    if (broken.size() > issues_max) {
        out << "  and " << broken.size() - issues_max << " more\n";
    }
    out << "  buildkite-agent annotate --context stormdrain --style "
        << (!broken.empty()                         ? "error"
            : exit_code_for(results.scenarios) == 0 ? "success"
                                                    : "warning")
        << " < " << harmless(shell_quoted(places.summary_file), path_bytes_max) << "\n";
}

}  // namespace

void write_annotations(std::ostream& out, const run_results& results, ci_engine engine,
                       const annotation_places& places) {
    switch (engine) {
        case ci_engine::github:
            write_issues(out, issue_list(results, places), command_of_github);
            break;
        case ci_engine::gitlab:
            write_for_gitlab(out, results);
            break;
        case ci_engine::buildkite:
            write_for_buildkite(out, results, places);
            break;
        case ci_engine::azure:
            write_for_azure(out, results, places);
            break;
        case ci_engine::none:
            break;
    }
    out << std::flush;
}

}  // namespace stormdrain
