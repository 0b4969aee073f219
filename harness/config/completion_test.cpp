#include "harness/config/completion.hpp"

#include "harness/config/option_table.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::HasSubstr;

// That the shells read them is for the acceptance tests to show.
TEST(Completion, NamesEveryCommandAndOptionToEveryShell) {
    for (const shell of : {shell::bash, shell::zsh, shell::fish}) {
        const std::string script = completion_script(of);
        const std::string dashes = of == shell::fish ? " -l " : "--";
        for (const command_row& row : all_commands()) {
            EXPECT_THAT(script, HasSubstr(std::string(row.name)));
        }
        for (const option_row& row : all_options()) {
            EXPECT_THAT(script, HasSubstr(dashes + std::string(row.name)));
        }
    }
}

TEST(Completion, KeepsQuotesOfTheHelpTexts) {
    // "a number, or 'time' for a new one each run"
    EXPECT_THAT(completion_script(shell::zsh), HasSubstr(R"(or '\''time'\'' for)"));
    EXPECT_THAT(completion_script(shell::fish), HasSubstr(R"(or \'time\' for)"));
}

TEST(Completion, OffersTheWordsThatAnOptionTakes) {
    EXPECT_THAT(completion_script(shell::bash),
                HasSubstr("--color) words='auto always never' ;;\n"));
    EXPECT_THAT(completion_script(shell::zsh), HasSubstr(":WHEN:(auto always never)'"));
    EXPECT_THAT(completion_script(shell::fish), HasSubstr("-l color -x -a 'auto always never'"));
}

}  // namespace
}  // namespace stormdrain
