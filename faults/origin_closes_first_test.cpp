#include "faults/origin_fault_fixture.hpp"

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using OriginClosesFirst = origin_fault_fixture;

TEST_F(OriginClosesFirst, EndsAConnectionThatItHadSaidToKeep) {
    const outcome result = strike("origin_closes_first", "{}", 1);
    EXPECT_THAT(result.happened, WasDelivered());
    EXPECT_THAT(result.happened.proof, HasSubstr("FIN right behind the answer"));
    EXPECT_EQ(result.answers.at(0).end, exchange_end::whole);
    EXPECT_EQ(result.seen.connections.at(0).end, origin_end::closed_by_origin);
}

TEST_F(OriginClosesFirst, WaitsUntilAConnectionIsIdle) {
    const outcome result =
        strike("origin_closes_first", R"({"at": "idle", "after": "5ms"})", 1, 2s);
    EXPECT_THAT(result.happened, WasDelivered());
    EXPECT_THAT(result.happened.proof, HasSubstr("FIN after 5 ms of idleness"));
    EXPECT_EQ(result.answers.at(0).end, exchange_end::whole);
}

}  // namespace
}  // namespace stormdrain
