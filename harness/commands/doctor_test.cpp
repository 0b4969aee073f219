#include "harness/commands/doctor.hpp"

#include "harness/commands/program.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

capability mechanism(std::string_view name, capability::state found, std::string why = "") {
    capability one;
    one.name = name;
    one.needed_for = capability::need::every_verdict;
    one.found = found;
    one.why = std::move(why);
    one.without = "nothing works";
    return one;
}

TEST(DoctorPage, AlignsWhatItSays) {
    const std::vector mechanisms{
        mechanism("pidfd", capability::state::available),
        mechanism("sock_diag", capability::state::missing, "socket(): Operation not permitted")};
    const std::vector<machine_value> values{{"somaxconn", "4096", "backlogs"},
                                            {"core_pattern", std::string(60, 'x'), "cores"}};
    EXPECT_EQ(doctor_page(mechanisms, values),
              "mechanism                here        without it\n"
              "pidfd *                  available   nothing works\n"
              "sock_diag *              missing     nothing works\n"
              "                                     (socket(): Operation not permitted)\n"
              "* needed for every verdict\n"
              "\n"
              "value                    here                            what depends on it\n"
              "somaxconn                4096                            backlogs\n"
              "core_pattern             "
              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
              "                                                         cores\n"
              "\n"
              "Nothing can be judged here: sock_diag missing.\n");
}

TEST(DoctorPage, BreaksLongLines) {
    capability one = mechanism("netem", capability::state::not_probed, std::string(70, 'y'));
    const std::string words =
        "one two three four five six seven eight nine ten eleven twelve "
        "thirteen fourteen";
    one.without = words;
    EXPECT_THAT(doctor_page(std::vector{one}, {}),
                AllOf(HasSubstr("not probed  one two three four five six seven eight nine ten "
                                "eleven twelve\n" +
                                std::string(37, ' ') + "thirteen fourteen\n"),
                      HasSubstr(std::string(37, ' ') + "(" + std::string(70, 'y') + ")\n"),
                      HasSubstr("Everything that verdicts need is here.")));
}

class DoctorCommand : public testing::Test {
protected:
    std::string printed(bool as_json) {
        std::ostringstream out;
        std::ostringstream problems;
        const program self{"", "stormdrain", "stormdrain doctor", out, problems};
        invocation asked;
        asked.command = command::doctor;
        asked.json = as_json;
        EXPECT_EQ(doctor_command(self, asked), exit_code::kept) << out.str();
        EXPECT_EQ(problems.str(), "");
        return out.str();
    }
};

TEST_F(DoctorCommand, FitsAHundredColumns) {
    const std::string page = printed(false);
    EXPECT_THAT(page, AllOf(HasSubstr("\nsock_diag *"), HasSubstr("\nsomaxconn "),
                            HasSubstr("\nPID 1 reaps ")));
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) {
        // The kernel's own text is as long as it is.
        EXPECT_TRUE(line.size() <= 100 || line.starts_with("core_pattern")) << line;
        EXPECT_THAT(line, Not(testing::EndsWith(" ")));
    }
}

TEST_F(DoctorCommand, PrintsTheSameForPrograms) {
    EXPECT_THAT(printed(true),
                AllOf(StartsWith("{"), HasSubstr(R"("can_judge": true)"),
                      HasSubstr(R"("name": "sock_diag")"), HasSubstr(R"("state": "available")"),
                      HasSubstr(R"("name": "tcp_tw_reuse")")));
}

}  // namespace
}  // namespace stormdrain
