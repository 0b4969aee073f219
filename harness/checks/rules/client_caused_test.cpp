#include "harness/checks/rules/client_caused.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(ClientCaused, IsWhatNoClientIsEntitledTo) {
    injection happened;
    happened.delivered = true;
    EXPECT_TRUE(is_client_caused(happened));
    injection idle = happened;
    idle.idle_since = 1s;
    EXPECT_FALSE(is_client_caused(idle));
    injection insisting = happened;
    insisting.demanded.emplace();
    EXPECT_FALSE(is_client_caused(insisting));
}

}  // namespace
}  // namespace stormdrain::rules
