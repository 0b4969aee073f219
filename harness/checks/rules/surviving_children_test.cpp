#include "harness/checks/rules/surviving_children.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(SurvivingChildren, AreThoseThatStillRun) {
    for (const char state : {'R', 'S', 'D', 'T', 't', 'I'}) {
        EXPECT_EQ(survivor_of(state), survivor::alive) << state;
    }
    for (const char state : {'Z', 'X'}) {
        EXPECT_EQ(survivor_of(state), survivor::zombie) << state;
    }
}

}  // namespace
}  // namespace stormdrain::rules
