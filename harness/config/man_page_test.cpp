#include "harness/config/man_page.hpp"

#include "harness/config/option_table.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain {
namespace {

using testing::HasSubstr;

constexpr release first{.version = "0.1.0", .date = "2026-11-22"};

TEST(InRoff, PrintsEveryLetterAsItIs) {
    EXPECT_EQ(in_roff("--ab 'x' \\n"), "\\-\\-ab \\(aqx\\(aq \\en");
    EXPECT_EQ(in_roff("./suites"), "\\&./suites");
    EXPECT_EQ(in_roff("`a` ^ ~"), "\\(gaa\\(ga \\(ha \\(ti");
}

TEST(ManPage, NamesEveryCommandOptionAndExitStatus) {
    const std::string page = man_page(first);
    EXPECT_THAT(page, HasSubstr(".TH STORMDRAIN 1 2026-11-22 \"stormdrain 0.1.0\" "));
    for (const command_row& row : all_commands()) {
        EXPECT_THAT(page, HasSubstr("\n.B " + in_roff(row.name) + "\n"));
    }
    for (const option_row& row : all_options()) {
        EXPECT_THAT(page, HasSubstr("\n\\fB" + in_roff("--" + std::string(row.name)) + "\\fR"));
    }
    for (const exit_row& row : all_exits()) {
        EXPECT_THAT(page, HasSubstr("\n.B " + std::to_string(row.status) + "\n"));
    }
    EXPECT_THAT(page, HasSubstr("Of: every command.\n")) << "color";
    EXPECT_THAT(page, HasSubstr("Of: run, list.\n")) << "shard";
}

// A line that begins with a dot or a quote is a request (groff(7)): there is none but ours.
TEST(ManPage, HasNoRequestButThoseOfMan) {
    std::istringstream lines(man_page(first));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_FALSE(line.starts_with('\'')) << line;
        if (line.starts_with('.')) {
            EXPECT_THAT(line.substr(0, line.find(' ')),
                        testing::AnyOf(".TH", ".SH", ".TP", ".PP", ".B", ".I", ".nf", ".fi", ".RS",
                                       ".RE", ".br"));
        }
    }
}

}  // namespace
}  // namespace stormdrain
