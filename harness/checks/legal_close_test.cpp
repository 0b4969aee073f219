#include "harness/checks/legal_close.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(LegalClose, IsThatOfTheTargetsPromisesOnly) {
    running_contract promised;
    EXPECT_EQ(legal_close_of({1h, 1'000'000}, promised), "");
    promised.keep_alive_timeout = 5s;
    EXPECT_EQ(legal_close_of({4499ms, 1}, promised), "");
    EXPECT_THAT(legal_close_of({4500ms, 1}, promised), HasSubstr("keep-alive timeout"));
    promised.requests_per_connection_max = 10;
    EXPECT_FALSE(must_be_closed({5500ms, 1}, promised));
    EXPECT_TRUE(must_be_closed({5501ms, 1}, promised));
    promised.keep_alive_timeout = 100ms;
    EXPECT_EQ(legal_close_of({49ms, 1}, promised), "") << "however short the timeout is";
    EXPECT_THAT(legal_close_of({50ms, 1}, promised), HasSubstr("keep-alive timeout"));
    promised.keep_alive_timeout.reset();
    EXPECT_FALSE(must_be_closed({1h, 1}, promised));
    EXPECT_EQ(legal_close_of({1ms, 9}, promised), "");
    EXPECT_THAT(legal_close_of({1ms, 10}, promised), HasSubstr("used up"));
}

}  // namespace
}  // namespace stormdrain
