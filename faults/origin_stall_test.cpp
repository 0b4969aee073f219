#include "faults/origin_fault_fixture.hpp"

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using OriginStall = origin_fault_fixture;

TEST_F(OriginStall, KeepsAnAnswerBackForATime) {
    for (const std::string at : {"request", "response_body"}) {
        const outcome result = strike("origin_stall", R"({"for": "50ms", "at": ")" + at + "\"}", 2);
        EXPECT_THAT(result.happened, WasDelivered());
        EXPECT_THAT(result.happened.proof, HasSubstr("silence of"));
        EXPECT_EQ(result.answers.at(0).end, exchange_end::whole);
        EXPECT_EQ(result.answers.at(0).body_bytes, 100U);
        EXPECT_GE(result.seen.strikes.at(0).ended - result.seen.strikes.at(0).began, 50ms);
    }
}

TEST_F(OriginStall, IsShorterThanAFaultMayTakeToStand) {
    std::vector<problem> problems;
    make("origin_stall", R"({"for": "1h"})", problems);
    EXPECT_EQ(problems.size(), 1U);
}

}  // namespace
}  // namespace stormdrain
