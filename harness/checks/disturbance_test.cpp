#include "harness/checks/disturbance.hpp"

#include "harness/checks/record_builder.hpp"
#include "harness/checks/request_checks.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

request_row answered(since_start sent, int status) {
    request_row row = cut_request(sent, request_end::answered);
    row.status = status;
    return row;
}

// From 1 s to 1.2 s.
const std::vector<disturbance> strikes{{"origin_stall", 1s, 1200ms}};

TEST(StrikeBehind, IsFoundWhileTheStrikeAndTheRequestMeet) {
    EXPECT_NE(strike_behind(answered(1100ms, 504), strikes), nullptr);
    EXPECT_NE(strike_behind(answered(995ms, 502), strikes), nullptr);
    EXPECT_EQ(strike_behind(answered(900ms, 502), strikes), nullptr);   // ended before
    EXPECT_NE(strike_behind(answered(1400ms, 502), strikes), nullptr);  // not noticed yet
    EXPECT_EQ(strike_behind(answered(1500ms, 502), strikes), nullptr);
}

TEST(StrikeBehind, ExcusesWhatAGatewayMaySayOnly) {
    EXPECT_NE(strike_behind(cut_request(1100ms), strikes), nullptr);
    EXPECT_NE(strike_behind(with_half_a_response(cut_request(1100ms)), strikes), nullptr);
    EXPECT_EQ(strike_behind(answered(1100ms, 500), strikes), nullptr);
    EXPECT_EQ(strike_behind(answered(1100ms, 404), strikes), nullptr);
    EXPECT_EQ(strike_behind(cut_request(1100ms, request_end::malformed), strikes), nullptr);
    EXPECT_EQ(strike_behind(cut_request(1100ms, request_end::refused), strikes), nullptr);
}

TEST(DisturbanceOf, ExcusesWhatAServerWithoutDescriptorsMaySayOnly) {
    const std::vector<disturbance> shortage{{"descriptor_limit", 1s, 1200ms}};
    for (const int status : {502, 503, 504}) {
        EXPECT_NE(disturbance_of(answered(1100ms, status), shortage), nullptr) << status;
    }
    EXPECT_EQ(disturbance_of(answered(1100ms, 500), shortage), nullptr);
    EXPECT_EQ(disturbance_of(answered(900ms, 503), shortage), nullptr);
}

cycle_record with_strikes(std::uint64_t count) {
    cycle_record record = clean_record();
    origin_record& origin = record.origins.emplace_back();
    origin.strikes_count = count;
    origin.strikes.assign(count, {"origin_reset", "a.test", "/", 1, 1s, 1s});
    return record;
}

TEST(StrikeBehind, ExcusesAsManyRequestsAsWereStruck) {
    cycle_record record = with_strikes(2);
    add_request(record, answered(995ms, 502));
    add_request(record, answered(996ms, 502));
    EXPECT_EQ(judge_requests("request_failed", record, {}).outcome, kind::kept);
    add_request(record, answered(997ms, 502));
    const judgement result = judge_requests("request_failed", record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message,
                HasSubstr("3 requests failed while the origins struck 2 requests"));
}

TEST(StrikeBehind, LeavesWhatTheStopExcusesToTheStop) {
    cycle_record record = with_strikes(1);
    record.origins.front().strikes.front().began = stop_at - 100ms;
    record.origins.front().strikes.front().ended = stop_at + 100ms;
    for (int count = 0; count < 3; ++count) {
        add_request(record, on_reused(cut_request(stop_at + 1ms), 1s));
    }
    EXPECT_EQ(judge_requests("request_failed", record, {}).outcome, kind::kept);
    EXPECT_EQ(judge_requests("connection_severed", record, {}).outcome, kind::kept);
}

TEST(StrikeBehind, IsNoExcuseWithoutAStrike) {
    cycle_record record = clean_record();
    add_request(record, answered(1s, 502));
    EXPECT_EQ(judge_requests("request_failed", record, {}).outcome, kind::broken);
}

}  // namespace
}  // namespace stormdrain
