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

TEST(PrintedCounts, OfOurOwnAndOfH2loadAreToo) {
    EXPECT_THAT(answered_by_stormdrain("requests 20 begun, 20 answered with 200, 0 not, in 1 s\n"),
                Optional(20U));
    EXPECT_EQ(answered_by_stormdrain("requests 20 begun, 19 answered with 200, 1 not, in 1 s\n"),
              std::nullopt);
    const std::string done = "requests: 9 total, 9 started, 9 done, 9 succeeded, 0 failed, ";
    const std::string codes = "\nstatus codes: 9 2xx, 0 3xx, 0 4xx, 0 5xx\n";
    EXPECT_THAT(answered_by_h2load(done + "0 errored, 0 timeout" + codes), Optional(9U));
    EXPECT_EQ(answered_by_h2load(done + "1 errored, 0 timeout" + codes), std::nullopt);
    EXPECT_EQ(answered_by_h2load(done + "0 errored, 0 timeout\nstatus codes: 8 2xx, 0 3xx, 1 4xx"),
              std::nullopt);
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
