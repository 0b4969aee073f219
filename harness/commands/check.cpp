#include "faults/link/link_file.hpp"
#include "harness/commands/inputs.hpp"
#include "harness/commands/program.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/config/problem.hpp"
#include "harness/plan/readers/names.hpp"
#include "harness/plan/readers/suite_reader.hpp"
#include "harness/plan/readers/target_reader.hpp"

#include <filesystem>
#include <ostream>
#include <set>
#include <sstream>

namespace stormdrain {
namespace {

// A suite has scenarios, or others do that it includes; everything else is read as a target.
bool is_suite(const std::string& file) {
    std::vector<problem> ignored;  // the reader of the file's kind finds them again
    const object_reader root = json_document::load(file, ignored).root(ignored);
    return root.has("scenarios") || root.has("includes");
}

// The file of `stormdrain link`.
bool is_link_file(const std::string& file) {
    std::vector<problem> ignored;  // as above
    return json_document::load(file, ignored).root(ignored).has("proxies");
}

// Of all suites that are found by their names.
void warn_of_unmet_patterns(const program& self, const target& server) {
    std::set<std::string> names;
    for (const known_finding& known : server.known) {
        std::istringstream patterns(known.scenario);
        for (std::string pattern; std::getline(patterns, pattern, ':');) {
            names.insert(pattern.substr(0, pattern.find('/')));
        }
    }
    for (const std::string& name : names) {
        std::vector<problem> ignored;  // of a suite that is not asked about, or is none
        const auto file = is_name(name) ? find_suite(name, suite_folders(self.bin_folder), ignored)
                                        : std::nullopt;
        if (const auto from = file ? read_suite(*file, ignored) : nullptr) {
            warn_of_unmet_patterns(self.problems, server, *from);
        }
    }
}

}  // namespace

exit_code check_command(const program& self, const invocation& asked) {
    std::vector<problem> problems;
    for (const std::string& file : asked.arguments) {
        const std::size_t before = problems.size();
        if (is_suite(file)) {
            read_suite(file, problems);
        } else if (is_link_file(file)) {
            read_link_file(file, problems);
        } else {
            if (const auto server = read_target(file, problems)) {
                check_known_findings(*server, problems);
                warn_of_unmet_patterns(self, *server);
            }
        }
        if (problems.size() == before) {
            self.out << file << ": good\n";
        }
    }
    if (!problems.empty()) {
        throw config_error(std::move(problems));
    }
    return exit_code::kept;
}

}  // namespace stormdrain
