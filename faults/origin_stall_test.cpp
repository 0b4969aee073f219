#include "faults/origin_fault_fixture.hpp"

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using OriginStall = origin_fault_fixture;

class OriginStallAt : public origin_fault_fixture,
                      public testing::WithParamInterface<std::string> {};

TEST_P(OriginStallAt, KeepsAnAnswerBackForATime) {
    const outcome result =
        strike("origin_stall", R"({"for": "50ms", "at": ")" + GetParam() + "\"}", 2);
    EXPECT_THAT(result.happened, WasDelivered());
    EXPECT_THAT(result.happened.proof, HasSubstr("silence of"));
    EXPECT_EQ(result.answers.at(0).end, exchange_end::whole);
    EXPECT_EQ(result.answers.at(0).body_bytes, 100U);
    ASSERT_EQ(result.seen.strikes.size(), 1U);
    EXPECT_GE(result.seen.strikes[0].ended - result.seen.strikes[0].began, 50ms);
}

INSTANTIATE_TEST_SUITE_P(Points, OriginStallAt, testing::Values("request", "response_body"),
                         [](const auto& tested) { return tested.param; });

TEST_F(OriginStall, IsShorterThanAFaultMayTakeToStand) {
    std::vector<problem> problems;
    make("origin_stall", R"({"for": "1h"})", problems);
    EXPECT_EQ(problems.size(), 1U);
}

}  // namespace
}  // namespace stormdrain
