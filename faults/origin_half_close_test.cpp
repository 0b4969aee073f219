#include "faults/origin_fault_fixture.hpp"

namespace stormdrain {
namespace {

using testing::HasSubstr;

using OriginHalfClose = origin_fault_fixture;

TEST_F(OriginHalfClose, SendsFinBehindItsAnswerAndReadsOn) {
    const outcome result = strike("origin_half_close", "{}", 1);
    EXPECT_THAT(result.happened, WasDelivered());
    EXPECT_THAT(result.happened.proof, HasSubstr("it went on reading"));
    EXPECT_EQ(result.answers.at(0).end, exchange_end::whole);
    EXPECT_TRUE(result.seen.connections.at(0).half_closed.has_value());
}

}  // namespace
}  // namespace stormdrain
