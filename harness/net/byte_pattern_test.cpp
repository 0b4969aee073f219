#include "harness/net/byte_pattern.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>

namespace stormdrain {
namespace {

using match = byte_pattern::match;
using testing::IsEmpty;
using testing::Not;

TEST(BytePattern, MatchesFromTheFirstByteAndTakesNoMore) {
    const byte_pattern length("\\$[0-9]+\r\n");
    const byte_pattern::outcome seen = length.look_at("$12\r\nhello world!\r\n");
    EXPECT_EQ(seen.how, match::whole);
    EXPECT_EQ(seen.bytes, 5U);
    EXPECT_EQ(length.look_at("x$12\r\n").how, match::never);
}

TEST(BytePattern, TellsWhatMayStillFollowFromWhatNeverWill) {
    const byte_pattern length("\\$[0-9]+\r\n");
    EXPECT_EQ(length.look_at("").how, match::may_follow);
    EXPECT_EQ(length.look_at("$1").how, match::may_follow);
    EXPECT_EQ(length.look_at("$1\r").how, match::may_follow);
    EXPECT_EQ(length.look_at("-ERR").how, match::never);
}

TEST(BytePattern, TakesBytesOfAnyValue) {
    const byte_pattern packet("\\x20\\x02[\\x00\\x01]\\x00");
    EXPECT_EQ(packet.look_at(std::string("\x20\x02\x00\x00", 4)).how, match::whole);
    EXPECT_EQ(packet.look_at(std::string("\x20\x02\xff\x00", 4)).how, match::never);
}

TEST(BytePattern, SaysWhatIsWrongWithAnExpression) {
    try {
        const byte_pattern broken("(");
        FAIL() << "was accepted";
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(std::string(error.what()), Not(IsEmpty()));
    }
}

TEST(BytePattern, GivesUpInsteadOfTakingForEver) {
    const byte_pattern exponential("(a+)+(b+)+c");
    EXPECT_EQ(exponential.look_at(std::string(4096, 'a') + "!").how, match::never);
}

TEST(BytePattern, IsEqualToAnotherOfTheSameText) {
    EXPECT_EQ(byte_pattern("a+"), byte_pattern("a+"));
    EXPECT_NE(byte_pattern("a+"), byte_pattern("b+"));
    EXPECT_EQ(byte_pattern().look_at("x").how, match::whole);
}

}  // namespace
}  // namespace stormdrain
