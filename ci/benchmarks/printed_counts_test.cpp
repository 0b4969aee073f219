#include "ci/benchmarks/printed_counts.hpp"

#include <gmock/gmock.h>

namespace stormdrain::benchmarks {
namespace {

using testing::Optional;

TEST(PrintedCounts, OfWrkAreThoseOfRequestsThatAllWentWell) {
    EXPECT_THAT(answered_by_wrk("  240000 requests in 1.00s, 41MB read\n"), Optional(240'000U));
    EXPECT_EQ(answered_by_wrk("  24 requests in 1.00s\n  Socket errors: read 3\n"), std::nullopt);
    EXPECT_EQ(answered_by_wrk("  24 requests in 1.00s\n  Non-2xx or 3xx responses: 3\n"),
              std::nullopt);
    EXPECT_EQ(answered_by_wrk("unable to connect\n"), std::nullopt);
}

TEST(PrintedCounts, OfStraceAreSumsOverAllCalls) {
    EXPECT_THAT(calls_in("% time     seconds  usecs/call     calls    errors syscall\n"
                         "------ ----------- ----------- --------- --------- ----------------\n"
                         " 27.64    0.055879           2     20000           sendto\n"
                         "------ ----------- ----------- --------- --------- ----------------\n"
                         "100.00    0.202137           4     41056       117 total\n"),
                Optional(41'056U));
    EXPECT_THAT(calls_in("100.00    0.202137           4     41056           total\n"),
                Optional(41'056U));
    EXPECT_EQ(calls_in(""), std::nullopt);
}

}  // namespace
}  // namespace stormdrain::benchmarks
