#include "harness/config/help_options.hpp"

#include "harness/config/option_table.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace stormdrain {
namespace {

invocation read(const std::vector<std::string_view>& words) {
    return read_invocation(words, [](const char*) { return nullptr; });
}

TEST(HelpOptions, AskForAPageOfTheWholeProgram) {
    EXPECT_TRUE(read({"help", "--man"}).manual);
    EXPECT_EQ(read({"help", "--completion", "bash"}).completion, shell::bash);
    EXPECT_EQ(read({"help", "--completion=zsh"}).completion, shell::zsh);
    EXPECT_EQ(read({"help", "--completion=fish"}).completion, shell::fish);
    const invocation plain = read({"help"});
    EXPECT_FALSE(plain.manual);
    EXPECT_EQ(plain.completion, std::nullopt);
}

TEST(HelpOptions, NameTheShellsThatThereAre) {
    try {
        read({"help", "--completion=csh"});
        FAIL() << "accepted";
    } catch (const usage_error& wrong) {
        EXPECT_STREQ(wrong.what(), "--completion: expected one of bash, zsh, fish, got \"csh\"");
    }
}

TEST(HelpOptions, ADryRunIsARunThatIsAskedFor) {
    EXPECT_TRUE(read({"run", "smoke", "--dry-run"}).dry_run);
    EXPECT_FALSE(read({"run", "smoke"}).dry_run);
    EXPECT_THROW(read({"list", "smoke", "--dry-run"}), usage_error);
}

}  // namespace
}  // namespace stormdrain
