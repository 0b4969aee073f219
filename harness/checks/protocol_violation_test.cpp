#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using testing::SizeIs;

injection demanding(since_start decided, std::string seen) {
    injection one;
    one.connection = 3;
    one.delivered = true;
    one.struck = 1s;
    one.demanded.emplace();
    one.demanded->what = "3 whole answers";
    one.demanded->section = "RFC 9112 section 9.3.2";
    one.demanded->met = seen.empty();
    one.demanded->seen = std::move(seen);
    one.demanded->decided = decided;
    return one;
}

cycle_record record_with(std::vector<injection> injections) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "pipelined_requests";
    fault.planned_count = fault.delivered_count = static_cast<std::uint32_t>(injections.size());
    fault.injections = std::move(injections);
    return record;
}

judgement judged(const cycle_record& record) {
    return judge(*find_check("protocol_violation"), record, {});
}

TEST(ProtocolViolation, SaysWhatWasDemandedAndWhatCame) {
    const judgement result =
        judged(record_with({demanding(1100ms, ""), demanding(1100ms, "1 whole answer"),
                            demanding(1200ms, "nothing")}));
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    ASSERT_THAT(result.findings, SizeIs(1));
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("2 of 3 demands"), HasSubstr("fault pipelined_requests"),
                      HasSubstr("entitled to 3 whole answers (RFC 9112 section 9.3.2)"),
                      HasSubstr("got: 1 whole answer; connection 3")));
    EXPECT_THAT(result.findings.front().evidence, SizeIs(2));
}

TEST(ProtocolViolation, IsNoneWhereEveryDemandWasMet) {
    EXPECT_EQ(judged(record_with({demanding(1100ms, "")})).outcome, judgement::kind::kept);
}

TEST(ProtocolViolation, IsNoMatterOfWhatAStopMayCut) {
    injection in_flight = demanding(stop_at + 1ms, "nothing");
    in_flight.demanded->holds_at_stop = true;
    const cycle_record record = record_with({in_flight});
    promises cutting;
    cutting.at_stop.in_flight = in_flight_promise::truncate;
    const check& violation = *find_check("protocol_violation");
    EXPECT_EQ(judge(violation, record, cutting).outcome, judgement::kind::not_applicable);
    EXPECT_EQ(judge(violation, record, {}).outcome, judgement::kind::broken);
}

TEST(ProtocolViolation, DoesNotJudgeWhatTheStopOvertook) {
    EXPECT_EQ(judged(record_with({demanding(stop_at, "nothing")})).outcome,
              judgement::kind::not_judged);
    EXPECT_EQ(judged(record_with({demanding(stop_at, "nothing"), demanding(1100ms, "")})).outcome,
              judgement::kind::kept);
    EXPECT_EQ(judged(record_with({demanding(stop_at - 1ms, "nothing")})).outcome,
              judgement::kind::broken);
}

// Rule R5
TEST(ProtocolViolation, JudgesWhatOutlastsTheStopWhereAnswersAreCompleted) {
    injection half = demanding(stop_at + 10ms, "half an answer");
    half.demanded->holds_at_stop = true;
    EXPECT_EQ(judged(record_with({half})).outcome, judgement::kind::broken);
    promises truncating;
    truncating.at_stop.in_flight = in_flight_promise::truncate;
    EXPECT_EQ(judge(*find_check("protocol_violation"), record_with({half}), truncating).outcome,
              judgement::kind::not_judged);
    cycle_record killed = record_with({half});
    killed.stop.escalations.push_back({"SIGKILL", stop_at + 5ms});
    EXPECT_EQ(judged(killed).outcome, judgement::kind::not_judged);
}

TEST(ProtocolViolation, DoesNotJudgeADisturbedServer) {
    cycle_record record = record_with({demanding(1500ms, "nothing")});
    fault_record& paused = record.faults.emplace_back();
    paused.kind = "pause_server";
    paused.disturbs_requests = true;
    injection& one = paused.injections.emplace_back();
    one.delivered = true;
    one.struck = 1400ms;
    one.ended = 1600ms;
    EXPECT_EQ(judged(record).outcome, judgement::kind::not_judged);
}

TEST(ProtocolViolation, NeedsADeliveredDemand) {
    EXPECT_EQ(judged(clean_record()).outcome, judgement::kind::not_applicable);
    cycle_record record = record_with({demanding(1100ms, "nothing")});
    record.faults.front().injections.front().delivered = false;
    EXPECT_EQ(judged(record).outcome, judgement::kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
