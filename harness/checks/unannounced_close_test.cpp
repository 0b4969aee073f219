// What one idle connection shows; requests on reused connections are in request_fate_test.cpp.

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;

// One connection that is left alone after an answer at 1 s.
cycle_record idle_record() {
    cycle_record record = clean_record();
    record.has_load = false;
    record.requests = {};
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "idle_keep_alive";
    injection& one = fault.injections.emplace_back();
    one.connection = 7;
    one.idle_since = 1s;
    return record;
}

injection& only_injection(cycle_record& record) {
    return record.faults.front().injections.front();
}

judgement judged(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("unannounced_close"), record, promised);
}

TEST(UnannouncedClose, IsNoMatterOfRawTcp) {
    cycle_record record = idle_record();
    only_injection(record).server_closed = 1s + 200us;
    record.is_scripted = true;
    EXPECT_EQ(judged(record).outcome, judgement::kind::not_applicable);
    record.is_scripted = false;
    EXPECT_EQ(judged(record).outcome, judgement::kind::broken);
}

TEST(UnannouncedClose, IsSeenOnOneConnection) {
    cycle_record record = idle_record();
    EXPECT_EQ(judged(record).outcome, judgement::kind::kept);
    only_injection(record).server_closed = 1s + 200us;
    const judgement result = judged(record);
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("1 of 1 idle connection"), HasSubstr("connection 7"),
                      HasSubstr("closed by the server 200 us after"), HasSubstr("RFC 9112")));
}

TEST(UnannouncedClose, IsNoIdleTimeout) {
    cycle_record record = idle_record();
    only_injection(record).server_closed = 1s + 200ms;
    EXPECT_EQ(judged(record).outcome, judgement::kind::broken);
    only_injection(record).server_closed = 1s + 201ms;
    EXPECT_EQ(judged(record).outcome, judgement::kind::kept);
}

TEST(UnannouncedClose, MayBePromised) {
    cycle_record record = idle_record();
    only_injection(record).server_closed = 1100ms;
    promises promised;
    promised.while_running.keep_alive_timeout = 100ms;
    EXPECT_EQ(judged(record, promised).outcome, judgement::kind::kept);
    promised.while_running.keep_alive_timeout = 5s;
    EXPECT_EQ(judged(record, promised).outcome, judgement::kind::broken);
    promised.while_running.requests_per_connection_max = 1;
    EXPECT_EQ(judged(record, promised).outcome, judgement::kind::kept);
}

TEST(UnannouncedClose, MayBeTheStopsDoing) {
    cycle_record record = idle_record();
    only_injection(record).idle_since = stop_at - 1ms;
    only_injection(record).server_closed = stop_at;
    EXPECT_EQ(judged(record).outcome, judgement::kind::kept);
    only_injection(record).server_closed = stop_at - 1us;
    EXPECT_EQ(judged(record).outcome, judgement::kind::broken);
}

TEST(UnannouncedClose, MayBeTheDoingOfAFaultOnTheProcess) {
    cycle_record record = idle_record();
    only_injection(record).server_closed = 1001ms;
    fault_record& killed = record.faults.emplace_back();
    killed.kind = "kill_server";
    killed.ends_the_server = true;
    injection& one = killed.injections.emplace_back();
    one.delivered = true;
    one.struck = one.ended = 1s;
    EXPECT_EQ(judged(record).outcome, judgement::kind::kept);
}

TEST(UnannouncedClose, IsNotTheDeathOfTheServer) {
    cycle_record record = idle_record();
    only_injection(record).server_closed = 1001ms;
    record.exited = 1010ms;
    EXPECT_EQ(judged(record).outcome, judgement::kind::kept);
    record.exited = 2001ms + 1us;  // it was the stop's
    EXPECT_EQ(judged(record).outcome, judgement::kind::broken);
}

TEST(UnannouncedClose, IsSeenBesideALoadThatWentWell) {
    cycle_record record = clean_record();
    record.faults = idle_record().faults;
    EXPECT_EQ(judged(record).outcome, judgement::kind::kept);
    only_injection(record).server_closed = 1s + 1ms;
    EXPECT_EQ(judged(record).outcome, judgement::kind::broken);
}

TEST(UnannouncedClose, NeedsARequestOrAnIdleConnection) {
    cycle_record record = idle_record();
    only_injection(record).idle_since.reset();
    EXPECT_EQ(judged(record).outcome, judgement::kind::not_applicable);
}

cycle_record answered_behind_stop(bool close_announced) {
    cycle_record record = clean_record();
    request_row row = cut_request(stop_at - 10ms, request_end::answered);
    row.first_byte_received = stop_at + 150ms;
    row.ended = stop_at + 160ms;
    row.close_announced = close_announced;
    record.requests.across_stop.push_back(row);
    return record;
}

TEST(UnannouncedClose, IsMissedInAnswersBehindTheStopWhereItIsPromised) {
    promises promised;
    EXPECT_EQ(judged(answered_behind_stop(false)).outcome, judgement::kind::kept);
    promised.at_stop.announces_close = true;
    EXPECT_EQ(judged(answered_behind_stop(true), promised).outcome, judgement::kind::kept);
    const judgement result = judged(answered_behind_stop(false), promised);
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("1 of 1 answer did not"), HasSubstr("answered at 2.150 s"),
                      HasSubstr("stopped at 2.000 s")));
}

TEST(UnannouncedClose, IsMissedWhereAConnectionBecomesIdle) {
    cycle_record record = idle_record();
    fault_record& fault = record.faults.front();
    fault.kind = "becomes_idle";
    fault.planned_count = fault.delivered_count = 1;
    injection& one = only_injection(record);
    one.delivered = one.response_complete = true;
    one.close_announced = false;
    one.idle_since = stop_at + 100ms;
    promises promised;
    promised.at_stop.announces_close = true;
    EXPECT_EQ(judged(record, promised).outcome, judgement::kind::broken);
    one.idle_since = stop_at + 99ms;
    EXPECT_EQ(judged(record, promised).outcome, judgement::kind::kept) << "it may not know yet";
    one.idle_since = stop_at + 100ms;
    one.close_announced = true;
    EXPECT_EQ(judged(record, promised).outcome, judgement::kind::kept);
}

}  // namespace
}  // namespace stormdrain
