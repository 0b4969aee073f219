#include "harness/checks/record_builder.hpp"
#include "harness/commands/program.hpp"
#include "harness/config/problem.hpp"
#include "harness/report/json_lines.hpp"
#include "harness/report/results_builder.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace stormdrain {
namespace {

using testing::HasSubstr;

class CompareCommand : public testing::Test {
protected:
    // What a run of one scenario wrote in which so many cycles hung.
    std::string run_with(int hanging_count, int cycles_count) {
        const std::string path = folder_.file("run" + std::to_string(++runs_count_) + ".jsonl");
        std::ofstream file(path);
        json_lines lines(file);
        run_results results = testing_results::mixed();
        results.scenarios.resize(1);
        lines.header(results);
        scenario_judge judge(results.scenarios.front(), {});
        for (int cycle = 0; cycle < cycles_count; ++cycle) {
            cycle_record record = testing_records::clean_record();
            if (cycle < hanging_count) {
                testing_records::hang(record);
            }
            lines.cycle(results.scenarios.front().id, record, judge.add(record));
        }
        lines.footer(results);
        return path;
    }

    // What a run wrote whose one process held so many epoll instances in each cycle.
    template <class Count>
    std::string run_in_one_process(int cycles_count, Count count_of) {
        const std::string path = folder_.file("run" + std::to_string(++runs_count_) + ".jsonl");
        std::ofstream file(path);
        json_lines lines(file);
        run_results results = testing_results::mixed();
        results.scenarios.resize(1);
        lines.header(results);
        scenario_judge judge(results.scenarios.front(), {});
        for (int cycle = 0; cycle < cycles_count; ++cycle) {
            cycle_record record = testing_records::clean_record();
            record.in_process = true;
            record.id.index = static_cast<std::uint32_t>(cycle);
            for (int held = 0; held < count_of(cycle); ++held) {
                record.rest.at_rest->processes.front().descriptors.push_back(
                    testing_records::file_descriptor(10 + held, descriptor_kind::epoll, 0));
            }
            lines.cycle(results.scenarios.front().id, record, judge.add(record));
        }
        lines.footer(results);
        return path;
    }

    exit_code compare(const std::string& before, const std::string& after) {
        invocation asked;
        asked.command = command::compare;
        asked.arguments = {before, after};
        return compare_command({"", "stormdrain", "stormdrain compare", out_, problems_}, asked);
    }

    temporary_folder folder_;
    int runs_count_ = 0;
    std::ostringstream out_;
    std::ostringstream problems_;
};

TEST_F(CompareCommand, IsRedWhenABuildIsSurelyWorse) {
    EXPECT_EQ(compare(run_with(0, 60), run_with(30, 60)), exit_code::broken);
    EXPECT_THAT(out_.str(), HasSubstr("NEW"));
    EXPECT_THAT(out_.str(), HasSubstr("0 of 60 cycles before, 30 of 60 after (p < 0.001)"));
}

TEST_F(CompareCommand, IsGreenWhenItWasRepairedOrStayedAsItWas) {
    EXPECT_EQ(compare(run_with(30, 60), run_with(0, 60)), exit_code::kept);
    EXPECT_THAT(out_.str(), HasSubstr("REPAIRED"));
    EXPECT_EQ(compare(run_with(30, 60), run_with(31, 60)), exit_code::kept);
    EXPECT_EQ(compare(run_with(0, 60), run_with(0, 60)), exit_code::kept);
}

TEST_F(CompareCommand, CannotJudgeWhatWasSeenOnce) {
    EXPECT_EQ(compare(run_with(0, 60), run_with(1, 60)), exit_code::not_judged);
    EXPECT_THAT(out_.str(), HasSubstr("which may be chance"));
}

TEST_F(CompareCommand, IsRedWhenABuildLeaksThatDidNot) {
    const std::string sound = run_in_one_process(60, [](int) { return 0; });
    const std::string leaking = run_in_one_process(60, [](int cycle) { return cycle / 7; });
    EXPECT_EQ(compare(sound, leaking), exit_code::broken);
    EXPECT_THAT(out_.str(), HasSubstr("growth of epoll descriptors: none before, 0.1"));
    EXPECT_THAT(out_.str(), HasSubstr("first more in cycle 7 after"));
    EXPECT_EQ(compare(leaking, sound), exit_code::kept);
    EXPECT_EQ(compare(leaking, leaking), exit_code::kept);
}

TEST_F(CompareCommand, HasNothingToCompareWithoutCycles) {
    EXPECT_EQ(compare(run_with(0, 0), run_with(1, 60)), exit_code::none_selected);
    EXPECT_THROW(compare("/nowhere", run_with(1, 1)), config_error);
}

}  // namespace
}  // namespace stormdrain
