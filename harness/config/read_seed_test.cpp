#include "harness/config/invocation.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(ReadSeed, TakesBothBases) {
    EXPECT_EQ(read_seed("0x5eed0001"), seed{0x5eed0001});
    EXPECT_EQ(read_seed("0XFFFFFFFFFFFFFFFF"), ~seed{0});
    EXPECT_EQ(read_seed("42"), seed{42});
    for (const char* text : {"", "0x", "-1", "5eed", "42 ", "0x10000000000000000"}) {
        EXPECT_EQ(read_seed(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace stormdrain
