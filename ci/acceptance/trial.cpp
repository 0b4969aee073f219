#include "ci/acceptance/trial.hpp"

#include "ci/acceptance/descendants.hpp"

#include <stdexcept>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
constexpr auto describe_limit = 10s;
constexpr auto end_limit = 5s;  // the keepers see the end of their harness at once
constexpr int promise_broken = 1;
constexpr int could_not_judge = 3;
// A few short cycles fall into one hiccup of a busy machine, and then nothing can be judged.
constexpr int attempts_max = 3;

}  // namespace

defect_record ask_record(const std::string& server) {
    const scratch_folder folder;
    const finished described =
        run_program({server, "--describe"}, folder.file("record.json"), describe_limit);
    if (described.how.exit_code != 0) {
        throw std::runtime_error(server + " --describe: " + to_text(described.how));
    }
    return read_defect_record(described.output);
}

std::vector<std::string> trial_argv(const std::string& stormdrain, const std::string& suites_folder,
                                    const defect_record& record, const std::string& target,
                                    trial_length length) {
    std::vector<std::string> argv{stormdrain,
                                  "run",
                                  suites_folder + "/" + record.suite + ".json",
                                  "--target",
                                  target,
                                  "--filter",
                                  "*/" + record.suite + "/" + record.scenario + "*",
                                  "--seed",
                                  "1",
                                  "--cycles",
                                  std::to_string(record.cycles_count),
                                  "--progress",
                                  "lines"};
    if (length == trial_length::until_first_finding) {
        argv.emplace_back("--fail-fast");
    }
    return argv;
}

trial run_trial(std::vector<std::string> argv, clock::duration limit) {
    const scratch_folder folder;
    argv.insert(argv.end(), {"--out", folder.file("results")});
    trial tried;
    tried.run = run_program(argv, folder.file("output"), limit);
    tried.left = to_text(descendants_left_at(clock::now() + end_limit));
    tried.seen = read_detection(read_file(folder.file("results/results.jsonl")));
    return tried;
}

trial run_until_judged(const std::vector<std::string>& argv, clock::duration limit) {
    const clock::time_point deadline = clock::now() + limit;
    trial tried = run_trial(argv, limit);
    for (int i = 1; i < attempts_max && tried.run.how.exit_code == could_not_judge; ++i) {
        tried = run_trial(argv, deadline - clock::now());
    }
    return tried;
}

std::string disagreement(const defect_record& record, const trial& tried) {
    std::string wrong = disagreement(record, tried.seen);
    if (tried.run.how.exit_code != promise_broken) {
        wrong = "expected exit code 1, got " + to_text(tried.run.how) + "; " + wrong;
    }
    if (!tried.left.empty()) {
        wrong += "\nprocesses were left:\n" + tried.left;
    }
    return wrong;
}

}  // namespace stormdrain::acceptance
