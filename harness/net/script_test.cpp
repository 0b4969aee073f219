#include "harness/net/script.hpp"

#include "harness/testing/script_steps.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::SizeIs;
using kind = script_step::kind;

TEST(Script, ConsistsOfTurns) {
    const script what{{},
                      {send("a"), step_of(kind::wait), send("b"), expect("1"), expect("2"),
                       send("c"), expect("3")}};
    const script_turns turns = turns_of(what);
    EXPECT_EQ(turns.first, turns.later);
    ASSERT_THAT(turns.first, SizeIs(2));
    EXPECT_THAT(turns.first[0].before, SizeIs(3));
    EXPECT_THAT(turns.first[0].answer, SizeIs(2));
    EXPECT_EQ(text_of(turns.first[0]), "ab");
    EXPECT_EQ(text_of(turns.first[1]), "c");
    EXPECT_FALSE(turns.client_closes);
}

TEST(Script, BeginsEachConnectionWithItsOpening) {
    const script what{{expect("220"), send("HELO"), expect("250")}, {send("NOOP"), expect("250")}};
    const script_turns turns = turns_of(what);
    ASSERT_THAT(turns.first, SizeIs(3));
    EXPECT_THAT(turns.later, SizeIs(1));
    EXPECT_THAT(turns.first[0].before, SizeIs(0));
    EXPECT_EQ(first_sending(turns.first), 1U);
    EXPECT_EQ(text_of(turns.first[2]), "NOOP");
}

TEST(Script, MayListenOnly) {
    const script_turns turns = turns_of({{}, {expect("news")}});
    EXPECT_THAT(turns.first, SizeIs(1));
    EXPECT_EQ(first_sending(turns.first), 1U);
}

TEST(Script, MayEndTheConnection) {
    const script_turns turns = turns_of({{}, {send("a"), expect("b"), step_of(kind::close)}});
    EXPECT_TRUE(turns.client_closes);
    EXPECT_THAT(turns.first, SizeIs(1));
}

}  // namespace
}  // namespace stormdrain
