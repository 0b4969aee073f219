#include "harness/config/cycle_list.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(ReadCycles, TakesIndicesAndRangesInAnyOrder) {
    EXPECT_THAT(read_cycles("431"), Optional(ElementsAre(431)));
    EXPECT_THAT(read_cycles("7,1-3,2"), Optional(ElementsAre(1, 2, 3, 7)));
}

TEST(ReadCycles, TakesNothingElse) {
    for (const char* const text : {"", ",", "1,", "5-3", "-1", "a", "1-", "0-10000000"}) {
        EXPECT_EQ(read_cycles(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace stormdrain
