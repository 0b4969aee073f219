#include "harness/checks/rules/documented_exit.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <vector>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
const std::vector<legal_exit> lighttpd{
    {legal_exit::kind::code, 0},
    {legal_exit::kind::code, 1, {exit_circumstance::connections_open}},
    {legal_exit::kind::signal, SIGTERM, {exit_circumstance::starting}},
};
constexpr exit_status code_0{0};
constexpr exit_status code_1{1 << 8};
constexpr exit_status killed{SIGTERM};

TEST(DocumentedExit, IsListed) {
    EXPECT_TRUE(is_documented_exit(code_0, lighttpd, {}));
    EXPECT_TRUE(is_documented_exit(code_0, lighttpd, {true, true}));
    EXPECT_FALSE(is_documented_exit({2 << 8}, lighttpd, {true, true}));
    EXPECT_FALSE(is_documented_exit(code_0, {}, {}));
}

TEST(DocumentedExit, DependsOnWhatTheStopFound) {
    EXPECT_TRUE(is_documented_exit(code_1, lighttpd, {.connections_open = true}));
    EXPECT_FALSE(is_documented_exit(code_1, lighttpd, {}));
    EXPECT_FALSE(is_documented_exit(code_1, lighttpd, {.starting = true}));
    EXPECT_TRUE(is_documented_exit(killed, lighttpd, {.starting = true}));
    EXPECT_FALSE(is_documented_exit(killed, lighttpd, {.connections_open = true}));
}

TEST(DocumentedExit, HasNoCore) {
    constexpr int core_flag = 0x80;  // wait(2)
    EXPECT_TRUE(is_documented_exit(killed, {{legal_exit::kind::signal, SIGTERM}}, {}));
    EXPECT_FALSE(
        is_documented_exit({SIGTERM | core_flag}, {{legal_exit::kind::signal, SIGTERM}}, {}));
}

TEST(DocumentedExit, SaysWhatIsListed) {
    EXPECT_EQ(list(lighttpd),
              "exit 0 or exit 1 with connections open or killed by SIGTERM while starting");
    EXPECT_TRUE(names(lighttpd, exit_circumstance::starting));
    EXPECT_FALSE(names({legal_exit{}}, exit_circumstance::starting));
}

}  // namespace
}  // namespace stormdrain::rules
