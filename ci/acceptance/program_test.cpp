// The instruments themselves: a test that cannot see a process left behind proves nothing.

#include "ci/acceptance/program.hpp"

#include "ci/acceptance/descendants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <system_error>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

finished run_shell(const std::string& script, clock::duration limit = 20s) {
    const scratch_folder folder;
    return run_program({"/bin/sh", "-c", script}, folder.file("output"), limit);
}

TEST(Program, TellsExitCodesFromSignals) {
    const finished exits = run_shell("echo out; echo err >&2; exit 9");
    EXPECT_EQ(exits.how.exit_code, 9);
    EXPECT_EQ(exits.output, "out\nerr\n");
    const finished dies = run_shell("kill -9 $$");
    EXPECT_FALSE(dies.how.exit_code.has_value());
    EXPECT_EQ(dies.how.signal, 9);
}

TEST(Program, IsKilledAtItsDeadline) {
    const finished late = run_shell("exec sleep 600", 50ms);
    EXPECT_TRUE(late.how.overdue);
    EXPECT_EQ(late.how.signal, 9);
}

TEST(Program, ThatIsNotThereIsAnError) {
    const scratch_folder folder;
    EXPECT_THROW(program({"/nonexistent/program"}, folder.file("output")), std::system_error);
}

TEST(Descendants, AreFoundAndKilledAfterTheirParentsDied) {
    adopt_orphans();
    EXPECT_EQ(to_text(living_descendants()), "");
    run_shell("sleep 600 & sleep 601 & exit 0");
    const std::vector<process> left = descendants_left_at(clock::now() + 100ms);
    ASSERT_EQ(left.size(), 2U) << to_text(left);
    EXPECT_THAT(to_text(left), HasSubstr("sleep 60"));
    EXPECT_EQ(to_text(descendants_left_at(clock::now() + 10s)), "");
}

TEST(Descendants, ThatEndByThemselvesAreWaitedFor) {
    adopt_orphans();
    run_shell("(sleep 0.1 &) & exit 0");
    EXPECT_EQ(to_text(descendants_left_at(clock::now() + 10s)), "");
}

}  // namespace
}  // namespace stormdrain::acceptance
