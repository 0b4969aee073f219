// detects STORMDRAIN SERVER TARGET_JSON SUITES_FOLDER
//
// Runs the suite that a defect build names against it and demands exactly the finding that it
// names. Exit code: 0 detected, 1 not, 2 usage.

#include "ci/acceptance/descendants.hpp"
#include "ci/acceptance/trial.hpp"

#include <exception>
#include <iostream>
#include <span>
#include <string>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
constexpr auto run_limit = 160s;  // below the test's own TIMEOUT, so that the reason is printed

struct places {
    std::string stormdrain;
    std::string server;
    std::string target;
    std::string suites;
};

int detect(const places& where) {
    const defect_record record = ask_record(where.server);
    adopt_orphans();
    const trial tried =
        run_until_judged(trial_argv(where.stormdrain, where.suites, record, where.target,
                                    trial_length::until_first_finding),
                         run_limit);
    const std::string wrong = disagreement(record, tried);
    std::cout << (wrong.empty() ? "" : tried.run.output + "\n") << record.name << " ("
              << record.origin << "): " << record.suite << "/" << record.scenario << ": ";
    if (!wrong.empty()) {
        std::cout << wrong << "\n";
        return 1;
    }
    std::cout << record.expects << " in cycle " << tried.seen.first_cycle.value_or(0) << " of "
              << tried.seen.cycles_count << "\n";
    if (const auto said = tried.seen.messages.find(record.expects);
        said != tried.seen.messages.end()) {
        std::cout << said->second.front() << "\n";
    }
    return 0;
}

}  // namespace
}  // namespace stormdrain::acceptance

int main(int argc, char** argv) {
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    if (arguments.size() != 5) {
        std::cerr << "usage: detects STORMDRAIN SERVER TARGET_JSON SUITES_FOLDER\n";
        return 2;
    }
    try {
        return stormdrain::acceptance::detect(
            {arguments[1], arguments[2], arguments[3], arguments[4]});
    } catch (const std::exception& error) {
        std::cerr << "detects: " << error.what() << "\n";
        return 1;
    }
}
