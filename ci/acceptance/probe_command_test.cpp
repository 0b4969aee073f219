// `stormdrain probe` as a user runs it: the table, the file that it writes, and what it refuses
// before anything starts.

#include "ci/acceptance/judged_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int measured = 0;
constexpr int bad_usage = 2;
constexpr auto probe_limit = 50s;  // a few conditions take seconds, on a busy machine a few more

class Probe : public judged_fixture {
protected:
    finished probe(std::vector<std::string> arguments) const {
        std::vector<std::string> argv = {STORMDRAIN_PROGRAM, "probe"};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        argv.insert(argv.end(),
                    {"--patience", "4s", "--cycles", "1", "--seed", "1", "--out", file("results")});
        return run_program(argv, file("output"), probe_limit);
    }

    finished check(const std::string& target) const {
        return run_program({STORMDRAIN_PROGRAM, "check", target}, file("checked"), probe_limit);
    }

    // A mistake: said on the terminal, and nothing started.
    void expect_refused(const std::vector<std::string>& arguments,
                        const testing::Matcher<const std::string&>& message) const {
        const finished refused = probe(arguments);
        EXPECT_EQ(refused.how.exit_code, bad_usage) << to_text(refused.how) << refused.output;
        EXPECT_THAT(refused.output, message);
        EXPECT_FALSE(std::filesystem::exists(file("results")));
    }

    static std::string row_of(const std::string& table, std::string_view condition) {
        std::istringstream lines(table);
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with(condition) && line[condition.size()] == ' ') {
                return line;
            }
        }
        return "";
    }
};

// Goal: what is written is what was measured, it reads well, and it says that it is unconfirmed.
TEST_F(Probe, WritesAContractThatAPersonIsToConfirm) {
    way how{"server_reference"};
    how.options = {"--request-timeout", "1s"};
    const std::string target = written_way("reference", how);
    const std::string probed = file("reference.probed.json");
    const finished run = probe(
        {target, "--condition", "nothing_held,idle_keep_alive,request_timeout", "--write", probed});
    ASSERT_EQ(run.how.exit_code, measured) << to_text(run.how) << run.output;
    EXPECT_THAT(row_of(run.output, "nothing held"), HasSubstr("1 s: agrees"));
    EXPECT_THAT(row_of(run.output, "idle_keep_alive"), HasSubstr("1 s: agrees"));
    EXPECT_THAT(row_of(run.output, "exit status"), AllOf(HasSubstr("[0]"), HasSubstr("agrees")));
    EXPECT_THAT(row_of(run.output, "unfinished header"), Not(HasSubstr("unbounded")));
    EXPECT_EQ(row_of(run.output, "silent"), "") << "nobody asked for it";

    const std::string text = read_file(probed);
    EXPECT_THAT(text, HasSubstr("\"confirm\": \"measured by stormdrain probe on "));
    EXPECT_THAT(text, HasSubstr("\"exit_within\": \""));
    EXPECT_THAT(text, HasSubstr("\"idle_keep_alive\": \""));
    EXPECT_THAT(text, HasSubstr("\"request_timeout\": \""));
    EXPECT_THAT(text, HasSubstr("dripping: "));
    const finished checked = check(probed);
    EXPECT_EQ(checked.how.exit_code, measured) << checked.output;
}

TEST_F(Probe, ShowsWhereADefectBuildDoesNotDoWhatItsFilePromises) {
    const finished run = probe({written_way("waits_for_silent", way{"server_waits_for_silent"}),
                                "--condition", "nothing_held,silent"});
    ASSERT_EQ(run.how.exit_code, measured) << to_text(run.how) << run.output;
    EXPECT_THAT(row_of(run.output, "nothing held"), HasSubstr("1 s: agrees"));
    EXPECT_THAT(row_of(run.output, "silent"), HasSubstr("1 s: TOOK LONGER"));
}

TEST_F(Probe, MeasuresThatSilentConnectionsDoNotReachTheServer) {
    way how{"server_reference"};
    how.options = {"--defer-accept", "30s"};
    const finished run = probe({written_way("deferring", how), "--condition", "silent"});
    ASSERT_EQ(run.how.exit_code, measured) << to_text(run.how) << run.output;
    EXPECT_THAT(row_of(run.output, "defers accept"), StartsWith("defers accept  true"));
}

TEST_F(Probe, RefusesATargetThatIsNotThere) {
    expect_refused({file("absent.json")}, HasSubstr("absent.json"));
}

TEST_F(Probe, RefusesToWriteOverAFile) {
    const std::string target = written_way("reference", way{"server_reference"});
    const std::string confirmed = written("confirmed.json", "{}");
    expect_refused({target, "--write", confirmed}, HasSubstr("--write: expected a new file"));
    EXPECT_EQ(read_file(confirmed), "{}");
    expect_refused({target, "--write", target}, HasSubstr("is there already"));
}

TEST_F(Probe, RefusesToWriteWherePathsWouldMeanSomethingElse) {
    const std::string target = written_way("reference", way{"server_reference"});
    expect_refused({target, "--write", file("elsewhere/probed.json")},
                   HasSubstr("--write: expected a file beside"));
}

TEST_F(Probe, RefusesAConditionThatItDoesNotKnow) {
    const std::string target = written_way("reference", way{"server_reference"});
    expect_refused({target, "--condition", "silent,idle_keep_alife"},
                   AllOf(HasSubstr("got \"idle_keep_alife\""),
                         HasSubstr("did you mean \"idle_keep_alive\"?")));
}

}  // namespace
}  // namespace stormdrain::acceptance
