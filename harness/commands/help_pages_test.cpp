// What --help and the manual page looked like when a person last agreed to them.

#include "harness/commands/program.hpp"
#include "harness/report/golden.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace stormdrain {
namespace {

std::string said(const std::vector<std::string_view>& words) {
    std::ostringstream out;
    std::ostringstream problems;
    const program self{"", "stormdrain", "stormdrain", out, problems};
    const invocation asked = read_invocation(words, [](const char*) { return nullptr; });
    EXPECT_EQ(help_command(self, asked), exit_code::kept);
    EXPECT_EQ(problems.str(), "");
    return out.str();
}

TEST(HelpPages, TheProgramsOwn) {
    expect_golden("help.txt", said({"--help"}));
}

TEST(HelpPages, ThatOfACommand) {
    expect_golden("help_run.txt", said({"run", "--help"}));
}

TEST(HelpPages, TheManual) {
    expect_golden("stormdrain.1", said({"help", "--man"}));
}

}  // namespace
}  // namespace stormdrain
