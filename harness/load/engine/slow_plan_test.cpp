#include "harness/load/engine/slow_plan.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

TEST(SlowPlan, SaysAHeadThatNeverEnds) {
    const slow_plan plan = slow_plan_of(slow_manner::headers, {}, "h:80");
    EXPECT_EQ(plan.opening, "GET / HTTP/1.1\r\nHost: h:80\r\nX-Slow: ");
    EXPECT_EQ(plan.pieces_max, UINT64_MAX);
}

TEST(SlowPlan, AnnouncesABodyAndSendsNothingOfItAtOnce) {
    route what;
    what.method = "POST";
    what.body_bytes = 1000;
    const slow_plan plan = slow_plan_of(slow_manner::body, what, "h:80");
    EXPECT_THAT(plan.opening, StartsWith("POST / HTTP/1.1\r\n"));
    EXPECT_THAT(plan.opening, EndsWith("Content-Length: 1000\r\n\r\n"));
    EXPECT_EQ(plan.pieces_max, 1000U);
}

TEST(SlowPlan, MakesAWholeRequestForAReader) {
    const slow_plan plan = slow_plan_of(slow_manner::reader, {}, "h:80");
    EXPECT_THAT(plan.opening, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(plan.opening, EndsWith("\r\n\r\n"));
    EXPECT_EQ(plan.pieces_max, 0U);
}

TEST(SlowPlan, TakesMoreSourcesWhereOneHasNoPortsLeft) {
    const socket_address loopback = address_of({"127.0.0.1", 80}).value();
    EXPECT_THAT(sources_for(20'000, loopback), SizeIs(0));
    const std::vector<socket_address> three = sources_for(50'000, loopback);
    ASSERT_THAT(three, SizeIs(3));
    EXPECT_EQ(place_of(three.front()).address, "127.0.0.1");
    EXPECT_EQ(place_of(three.back()).address, "127.0.0.3");
    EXPECT_EQ(place_of(three.back()).port, 0);
    // There is one such address of each.
    EXPECT_THAT(sources_for(50'000, address_of({"::1", 80}).value()), SizeIs(0));
    EXPECT_THAT(sources_for(50'000, address_of({"/run/app.sock", 0}).value()), SizeIs(0));
    EXPECT_THAT(sources_for(50'000, address_of({"192.0.2.1", 80}).value()), SizeIs(0));
}

}  // namespace
}  // namespace stormdrain
