#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

// One connection that is left alone after an answer, beside a stop that is held until 5 s.
cycle_record idle_record(since_start idle_since, std::optional<since_start> server_closed) {
    cycle_record record = clean_record();
    record.stop.finished = record.exited = 5s;
    record.stop.deadline = 6s;
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "idle_keep_alive";
    fault.planned_count = fault.delivered_count = 1;
    injection& one = fault.injections.emplace_back();
    one.connection = 7;
    one.delivered = true;
    one.idle_since = idle_since;
    one.server_closed = server_closed;
    one.ended = server_closed.value_or(4s);
    return record;
}

promises promising(std::optional<idle_promise> idle,
                   std::optional<becomes_idle_promise> becomes_idle = {}) {
    promises promised;
    promised.at_stop.idle_keep_alive = idle;
    promised.at_stop.becomes_idle = becomes_idle;
    return promised;
}

judgement judged(const cycle_record& record, const promises& promised) {
    return judge(*find_check("idle_connection_kept"), record, promised);
}

TEST(IdleConnectionKept, NamesTheConnectionAndWhenItWasDue) {
    const judgement result = judged(idle_record(1s, 4500ms), promising(idle_promise::close_now));
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_EQ(result.findings.front().message,
              "promised to close idle connections while it stops: connection 7 (fault "
              "idle_keep_alive), idle since its answer at 1.000 s, was to be closed by 3.000 s and "
              "was closed at 4.500 s");
    EXPECT_THAT(
        judged(idle_record(1s, {}), promising(idle_promise::close_now)).findings.front().message,
        HasSubstr("was still open at 4.000 s"));
}

TEST(IdleConnectionKept, IsContentWithACloseInTime) {
    EXPECT_EQ(judged(idle_record(1s, stop_at + 1s), promising(idle_promise::close_now)).outcome,
              kind::kept);
    cycle_record let_go = idle_record(1s, {});
    let_go.faults.front().injections.front().ended = stop_at + 1s;
    EXPECT_EQ(judged(let_go, promising(idle_promise::close_now)).outcome, kind::kept);
}

TEST(IdleConnectionKept, JudgesThoseThatBecomeIdleByTheirOwnPromise) {
    const cycle_record record = idle_record(2500ms, 4s);
    EXPECT_EQ(judged(record, promising({}, becomes_idle_promise::close)).outcome, kind::broken);
    EXPECT_EQ(judged(record, promising(idle_promise::close_now)).outcome, kind::not_applicable);
    EXPECT_EQ(judged(record, promising({}, becomes_idle_promise::wait)).outcome,
              kind::not_applicable);
}

TEST(IdleConnectionKept, SaysNothingWithoutAPromiseOrAnIdleConnection) {
    EXPECT_EQ(judged(idle_record(1s, {}), {}).outcome, kind::not_applicable);
    EXPECT_EQ(judged(idle_record(1s, {}), promising(idle_promise::keep)).outcome,
              kind::not_applicable);
    EXPECT_EQ(judged(idle_record(1s, 1500ms), promising(idle_promise::close_now)).outcome,
              kind::not_applicable)
        << "closed before the stop";
    EXPECT_EQ(judged(clean_record(), promising(idle_promise::close_now)).outcome,
              kind::not_applicable);
}

TEST(IdleConnectionKept, DoesNotJudgeADisturbedServer) {
    cycle_record record = idle_record(1s, {});
    fault_record& paused = record.faults.emplace_back();
    paused.kind = "pause_server";
    paused.disturbs_requests = true;
    paused.planned_count = paused.delivered_count = 1;
    injection& pause = paused.injections.emplace_back();
    pause.delivered = true;
    pause.struck = stop_at;
    pause.ended = stop_at + 2s;
    EXPECT_EQ(judged(record, promising(idle_promise::close_now)).outcome, kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
