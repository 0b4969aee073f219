// detects STORMDRAIN SERVER TARGET_JSON SUITES_FOLDER
//
// Runs the suite that a defect build names against it and demands exactly the finding that it
// names. Exit code: 0 detected, 1 not, 2 usage.

#include "ci/acceptance/descendants.hpp"
#include "ci/acceptance/detection.hpp"
#include "ci/acceptance/program.hpp"

#include <cstdio>
#include <exception>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
constexpr auto describe_limit = 10s;
constexpr auto run_limit = 160s;  // below the test's own TIMEOUT, so that the reason is printed
constexpr auto end_limit = 5s;

struct places {
    std::string stormdrain;
    std::string server;
    std::string target;
    std::string suites;
};

defect_record ask(const places& where, const scratch_folder& folder) {
    const finished described =
        run_program({where.server, "--describe"}, folder.file("record.json"), describe_limit);
    if (described.how.exit_code != 0) {
        throw std::runtime_error(where.server + " --describe: " + to_text(described.how));
    }
    return read_defect_record(described.output);
}

int detect(const places& where) {
    const scratch_folder folder;
    const defect_record record = ask(where, folder);
    adopt_orphans();
    const finished run = run_program(
        {where.stormdrain, "run", where.suites + "/" + record.suite + ".json", "--target",
         where.target, "--filter", "*/" + record.suite + "/" + record.scenario + "*", "--seed", "1",
         "--cycles", std::to_string(record.cycles_count), "--fail-fast", "--out",
         folder.file("results"), "--progress", "lines"},
        folder.file("output"), run_limit);
    const auto left = descendants_left_at(clock::now() + end_limit);

    const detection seen = read_detection(read_file(folder.file("results/results.jsonl")));
    std::string wrong = disagreement(record, seen);
    if (run.how.exit_code != 1) {
        wrong = "expected exit code 1, got " + to_text(run.how) + "; " + wrong;
    }
    if (!left.empty()) {
        wrong += "\nprocesses were left:\n" + to_text(left);
    }
    std::cout << (wrong.empty() ? "" : run.output + "\n") << record.name << " (" << record.origin
              << "): " << record.suite << "/" << record.scenario << ": ";
    if (!wrong.empty()) {
        std::cout << wrong << "\n";
        return 1;
    }
    std::cout << record.expects << " in cycle " << seen.first_cycle.value_or(0) << " of "
              << seen.cycles_count << "\n";
    if (const auto said = seen.messages.find(record.expects); said != seen.messages.end()) {
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
