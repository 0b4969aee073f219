#include "harness/commands/inputs.hpp"

#include "harness/checks/check.hpp"
#include "harness/commands/installed_folders.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/config/problem.hpp"
#include "harness/plan/readers/suite_reader.hpp"
#include "harness/plan/readers/target_reader.hpp"
#include "harness/plan/through_link.hpp"
#include "harness/statistics/binomial.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <ostream>
#include <random>
#include <sstream>
#include <system_error>

namespace stormdrain {
namespace {

seed seed_from_the_machine() {
    // 32 bits are short enough to type again.
    return std::random_device()();
}

// Reads each file once, whoever names it.
class target_shelf {
public:
    explicit target_shelf(std::vector<problem>& problems) : problems_(problems) {}

    std::vector<std::shared_ptr<const target>> get(const std::vector<std::string>& files) {
        std::vector<std::shared_ptr<const target>> found;
        for (const std::string& file : files) {
            const auto [entry, is_new] = read_.try_emplace(file);
            if (is_new) {
                entry->second = read_target(file, problems_);
            }
            if (entry->second) {
                found.push_back(entry->second);
            }
        }
        return found;
    }
    std::vector<std::shared_ptr<const target>> all() const {
        std::vector<std::shared_ptr<const target>> targets;
        for (const auto& [file, one] : read_) {
            if (one) {
                targets.push_back(one);
            }
        }
        return targets;
    }

private:
    std::vector<problem>& problems_;
    std::map<std::string, std::shared_ptr<const target>> read_;
};

void check_names(const std::vector<std::shared_ptr<const target>>& targets,
                 std::vector<problem>& problems) {
    std::map<std::string, std::string> file_of;
    for (const std::shared_ptr<const target>& one : targets) {
        const auto [first, is_new] = file_of.emplace(one->name, one->file);
        if (!is_new) {
            problems.push_back({one->file, 0, 0, "/name",
                                "\"" + one->name + "\" is the name of " + first->second +
                                    " already: results could not be told apart"});
        }
    }
}

// Where the server would look a name without a slash up (execvp(3)).
std::string search_path_of(const target& server) {
    for (const auto& [name, value] : server.environment) {
        if (name == "PATH") {
            return value.value_or("");
        }
    }
    const char* const own = std::getenv("PATH");
    return own == nullptr ? "" : own;
}

bool is_program(const std::string& path) {
    std::error_code hidden;  // a folder of PATH that we may not look into: execvp(3) goes on, too
    return std::filesystem::is_regular_file(path, hidden) && ::access(path.c_str(), X_OK) == 0;
}

bool is_found(const std::string& name, const std::string& search_path) {
    if (name.find('/') != std::string::npos) {
        return is_program(name);
    }
    std::istringstream folders(search_path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (is_program(folder + "/" + name)) {
            return true;
        }
    }
    return false;
}

}  // namespace

void check_known_findings(const target& server, std::vector<problem>& problems) {
    std::vector<std::string_view> names;
    for (const check* one : check_catalogue()) {
        names.push_back(one->name);
    }
    for (const known_finding& known : server.known) {
        if (find_check(known.finding) == nullptr) {
            problems.push_back(
                {server.file, known.line, 1, "/known",
                 with_guess("expected the name of a check, got \"" + known.finding + "\"",
                            nearest_word(known.finding, names))});
        }
    }
}

void warn_of_unmet_patterns(std::ostream& out, const target& server, const suite& from) {
    for (const known_finding& known : server.known) {
        for (const std::string& pattern : patterns_without_scenario(known, from)) {
            out << "warning: " << server.file << ":" << known.line << " /known: \"" << pattern
                << "\" meets no scenario of " << from.file << "\n";
        }
    }
}

void check_programs(const run_inputs& inputs, const std::string& bin_folder) {
    std::vector<problem> problems;
    for (const std::shared_ptr<const target>& server : inputs.targets) {
        const std::string folder = std::filesystem::absolute(server->file).parent_path().string();
        const variables known{{"bin", bin_folder}, {"target_folder", folder}};
        const expansion program = expand(server->argv.front(), known);
        // With a variable that only a cycle has, it can only be tried.
        if (program.unknown.empty() && !is_found(program.text, search_path_of(*server))) {
            problems.push_back(
                {server->file, 0, 0, "/launch/argv/0",
                 "expected a program that can be run, got \"" + program.text + "\""});
        }
    }
    if (!problems.empty()) {
        throw config_error(std::move(problems));
    }
}

std::vector<std::string> suite_folders(const std::string& bin_folder) {
    return {"suites", own_suites_folder(bin_folder)};
}

run_inputs read_inputs(const invocation& asked, const std::string& bin_folder) {
    std::vector<problem> problems;
    run_inputs inputs;
    target_shelf shelf(problems);
    std::vector<suite_on_targets> suites;
    for (const std::string& argument : asked.arguments) {
        const auto file = find_suite(argument, suite_folders(bin_folder), problems);
        if (auto what = file ? read_suite(*file, problems) : nullptr) {
            what = asked.through_link ? through_link(*what) : what;
            std::vector<std::shared_ptr<const suite>> parts{what};
            std::ranges::copy(what->included, std::back_inserter(parts));
            for (const std::shared_ptr<const suite>& part : parts) {
                const std::vector<std::string>& files =
                    asked.target_files.empty() ? part->target_files : asked.target_files;
                suites.push_back({part, shelf.get(files)});
            }
        }
    }
    shelf.get(asked.target_files);  // their problems are shown even when no suite could be read
    inputs.targets = shelf.all();
    check_names(inputs.targets, problems);
    for (const std::shared_ptr<const target>& one : inputs.targets) {
        check_known_findings(*one, problems);
    }
    if (!problems.empty()) {
        throw config_error(std::move(problems));
    }
    if (asked.until_bound && asked.cycles_count) {
        throw usage_error("--until-bound says how many cycles there are, and so does --cycles");
    }
    plan_request request;
    request.run_seed = asked.run_seed ? *asked.run_seed : seed_from_the_machine();
    request.filter = asked.filter;
    request.tags = asked.tags;
    request.only_cycles = asked.only_cycles;
    request.cycles_count = asked.cycles_count;
    request.replays_count = std::max<std::uint32_t>(asked.replays_count, 1);
    if (asked.until_bound) {
        request.cycles_count = static_cast<std::uint32_t>(trials_to_see(*asked.until_bound));
    }
    inputs.planned = make_plan(suites, request);
    return inputs;
}

}  // namespace stormdrain
