#include "harness/checks/request_surroundings.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;

TEST(RequestSurroundings, AreDisturbedWhileAFaultOnTheProcessStandsAndALittleLonger) {
    request_surroundings around;
    EXPECT_EQ(around.disturbing(0s, 10s), nullptr);
    around.disturbances.push_back({"pause_server", 1s, 2s});
    EXPECT_EQ(around.disturbing(0s, 999ms), nullptr);
    ASSERT_NE(around.disturbing(0s, 1s), nullptr);
    EXPECT_EQ(around.disturbing(1500ms, 1600ms)->fault, "pause_server");
    EXPECT_NE(around.disturbing(2s + disturbance_echo, 9s), nullptr);
    EXPECT_EQ(around.disturbing(2001ms + disturbance_echo, 9s), nullptr);
}

TEST(RequestSurroundings, StayDisturbedByAFaultThatEndsTheServer) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.ends_the_server = true;
    injection& one = fault.injections.emplace_back();
    one.delivered = true;
    one.struck = 1s;
    one.ended = 1100ms;
    EXPECT_NE(surroundings_of(record, {}).disturbing(100s, 101s), nullptr);
}

TEST(LegalClose, IsThatOfTheTargetsPromisesOnly) {
    running_contract promised;
    EXPECT_EQ(legal_close_of({1h, 1'000'000}, promised), "");
    promised.keep_alive_timeout = 5s;
    EXPECT_EQ(legal_close_of({4499ms, 1}, promised), "");
    EXPECT_THAT(legal_close_of({4500ms, 1}, promised), HasSubstr("keep-alive timeout"));
    promised.requests_per_connection_max = 10;
    EXPECT_EQ(legal_close_of({1ms, 9}, promised), "");
    EXPECT_THAT(legal_close_of({1ms, 10}, promised), HasSubstr("used up"));
}

}  // namespace
}  // namespace stormdrain
