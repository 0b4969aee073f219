#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

promises closing_at_once() {
    promises promised;
    promised.at_stop.listener = listener_promise::close_at_once;
    return promised;
}

judgement examined(const cycle_record& record, const promises& promised = closing_at_once()) {
    return judge(*find_check("listener_kept"), record, promised);
}

// A drain of 2.9 s through which the listener stayed so long.
cycle_record kept_for(duration length) {
    cycle_record record = clean_record();
    record.stop.listener_gone = stop_at + length;
    record.stop.finished = record.exited = stop_at + 2900ms;
    return record;
}

TEST(ListenerKept, ReportsAListenerThatOutlastsTheSlack) {
    EXPECT_EQ(examined(kept_for(2s)).outcome, kind::kept);
    const judgement result = examined(kept_for(2001ms));
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message,
                HasSubstr("promised to close its listener at once: it still took connections 2 s "
                          "after the stop"));
    cycle_record until_exit = kept_for(0s);
    until_exit.stop.listener_gone.reset();
    EXPECT_THAT(examined(until_exit).findings.front().message, HasSubstr("connections 2.9 s"));
}

TEST(ListenerKept, ReportsAListenerThatWasThereAtTheDeadline) {
    cycle_record record = clean_record();
    hang(record);
    EXPECT_EQ(examined(record).outcome, kind::kept) << "it hangs without a listener";
    record.stop.listener_gone.reset();
    EXPECT_THAT(examined(record).findings.front().message, HasSubstr("connections 3 s"));
}

TEST(ListenerKept, SaysNothingOfAStopThatIsOverAtOnce) {
    cycle_record record = clean_record();
    record.stop.listener_gone.reset();  // a child still has it
    record.stop.finished = stop_at + 2s;
    EXPECT_EQ(examined(record).outcome, kind::kept);
}

TEST(ListenerKept, AllowsWhatTheContractAllows) {
    promises promised;
    for (const auto listener : {listener_promise::at_exit, listener_promise::lame_duck}) {
        promised.at_stop.listener = listener;
        EXPECT_EQ(examined(kept_for(2900ms), promised).outcome, kind::not_applicable);
    }
}

TEST(ListenerKept, JudgesTheOldListenerOfAnInProcessRestart) {
    cycle_record record = kept_for(2900ms);
    record.in_process = true;
    record.exit.reset();
    record.exited.reset();
    EXPECT_EQ(examined(record).outcome, kind::broken);
    record.stop.listener_gone = stop_at + 10ms;
    EXPECT_EQ(examined(record).outcome, kind::kept);
}

TEST(ListenerKept, DoesNotHoldAFullLogAgainstTheServer) {
    cycle_record record = kept_for(2900ms);
    record.stop.extensions_count = 1;
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
    record.stop.hang = hang_record{};
    EXPECT_EQ(examined(record).outcome, kind::not_judged);
}

TEST(ListenerKept, JudgesOnlyAStopThatReachedTheServer) {
    cycle_record dead = kept_for(2900ms);
    dead.exited = stop_at - 1ms;
    EXPECT_EQ(examined(dead).outcome, kind::not_applicable);
    cycle_record unasked = kept_for(2900ms);
    unasked.stop.triggered.reset();
    EXPECT_EQ(examined(unasked).outcome, kind::not_applicable);
    cycle_record refused = kept_for(2900ms);
    refused.stop.trigger_failure = "connection refused";
    EXPECT_EQ(examined(refused).outcome, kind::not_judged);
    cycle_record unseen = kept_for(2900ms);
    unseen.stop.listener_gone.reset();
    unseen.stop.finished.reset();
    EXPECT_EQ(examined(unseen).outcome, kind::not_judged);
}

}  // namespace
}  // namespace stormdrain
