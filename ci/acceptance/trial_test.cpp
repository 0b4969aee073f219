#include "ci/acceptance/trial.hpp"

#include "ci/acceptance/descendants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stormdrain::acceptance {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

defect_record record_of(const std::string& expects) {
    defect_record record;
    record.suite = "smoke";
    record.scenario = "at_rest";
    record.expects = expects;
    record.cycles_count = 7;
    return record;
}

// A stand-in for stormdrain: `sh -c SCRIPT sh --out FOLDER`.
std::vector<std::string> script(const std::string& text) {
    return {"/bin/sh", "-c", text, "sh"};
}

TEST(Trial, RunsTheScenarioOfTheRecord) {
    const std::vector<std::string> argv =
        trial_argv("stormdrain", "suites", record_of("exit_status"), "t.json",
                   trial_length::until_first_finding);
    EXPECT_THAT(argv, Contains("suites/smoke.json"));
    EXPECT_THAT(argv, Contains("*/smoke/at_rest*"));
    EXPECT_THAT(argv, Contains("7"));
    EXPECT_THAT(argv, Contains("--fail-fast"));
    EXPECT_THAT(trial_argv("stormdrain", "suites", record_of("exit_status"), "t.json",
                           trial_length::all_cycles),
                Not(Contains("--fail-fast")));
}

TEST(Trial, ReadsWhatTheRunFound) {
    adopt_orphans();
    const trial tried = run_trial(
        script(R"(mkdir "$2"; echo '{"kind":"scenario","done_count":2,"checks":[{"check":)"
               R"("exit_status","verdict":"fail","samples":[{"cycle":1,"message":"x"}]}]}' )"
               R"(>"$2/results.jsonl"; exit 1)"),
        10s);
    EXPECT_EQ(tried.seen.first_cycle, 2U);
    EXPECT_EQ(disagreement(record_of("exit_status"), tried), "");
    EXPECT_THAT(disagreement(record_of("port_held"), tried), HasSubstr("found exit_status"));
}

TEST(Trial, IsTriedAgainAFewTimesWhileNothingCouldBeJudged) {
    adopt_orphans();
    const scratch_folder folder;
    const std::string counted = "echo x >>" + folder.file("runs") + "; ";
    const auto runs = [&] { return read_file(folder.file("runs")); };
    const trial seen_at_last = run_until_judged(
        script(counted + "[ $(wc -l <" + folder.file("runs") + ") = 2 ] && exit 1; exit 3"), 10s);
    EXPECT_EQ(seen_at_last.run.how.exit_code, 1);
    EXPECT_EQ(runs(), "x\nx\n");
    const trial never_judged = run_until_judged(script(counted + "exit 3"), 10s);
    EXPECT_EQ(never_judged.run.how.exit_code, 3);
    EXPECT_EQ(runs(), "x\nx\nx\nx\nx\n");
}

TEST(Trial, IsNoDetectionWhenTheRunWasGreen) {
    adopt_orphans();
    EXPECT_THAT(disagreement(record_of("exit_status"), run_trial(script("exit 0"), 10s)),
                HasSubstr("expected exit code 1, got exit code 0"));
}

}  // namespace
}  // namespace stormdrain::acceptance
