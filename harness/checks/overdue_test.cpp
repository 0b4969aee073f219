#include "harness/checks/overdue.hpp"

#include "harness/checks/overdue_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::ElementsAre;
using testing::Eq;
using testing::Optional;

constexpr auto nothing = judgement::kind::not_applicable;

cycle_record with(injection one) {
    return with_injection(std::move(one), "slow");
}

injection slow_for(duration length) {
    return waited_for(length, "half of it sent");
}

std::optional<client_wait> look_at(const fault_record& fault, const injection& one) {
    if (fault.kind != "slow") {
        return std::nullopt;
    }
    const std::optional<since_start> ended = ended_before_client(one);
    client_wait seen;
    seen.kept_for = ended.value_or(one.ended) - one.struck;
    seen.ended = ended ? client_wait::end::server_ended_it : client_wait::end::something_else;
    seen.description = "a slow client was kept for " + to_text(seen.kept_for);
    return seen;
}

// The promise is a second, judged after three.
judgement judge(const cycle_record& record, std::optional<duration> timeout = 1s) {
    const wait_promise promised{timeout, "slow clients", "a slow client", "nobody was slow"};
    return judge_waits(record, promised, look_at);
}

TEST(Overdue, PassesAServerThatLosesPatienceInTime) {
    EXPECT_EQ(judge(with(closed_by_server(slow_for(1s)))), kept());
    EXPECT_EQ(judge(with(closed_by_server(slow_for(2900ms)))), kept());
}

TEST(Overdue, ReportsAServerThatDoesNot) {
    cycle_record record = with(slow_for(3500ms));
    record.faults.front().injections.push_back(closed_by_server(slow_for(5s)));
    const judgement said = judge(record);
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "promised to end a slow client within 1 s (judged after 3 s): a slow client was kept "
              "for 3.5 s (half of it sent)");
    EXPECT_THAT(said.findings.front().evidence,
                ElementsAre("a slow client was kept for 3.5 s (half of it sent)",
                            "a slow client was kept for 5 s (half of it sent)"));
}

TEST(Overdue, TakesTheKernelsWordWhereNoFinWasRead) {
    injection one = slow_for(5s);
    one.server_released = one.struck + 1s;
    EXPECT_THAT(ended_before_client(one), Optional(one.struck + 1s));
    EXPECT_EQ(judge(with(one)), kept());
    // Released because we went away: that says nothing for the server.
    one.server_released = one.ended + 1ms;
    EXPECT_THAT(ended_before_client(one), Eq(std::nullopt));
    EXPECT_EQ(judge(with(one)).outcome, judgement::kind::broken);
}

TEST(Overdue, SaysNothingOfWhatDidNotLastLongEnough) {
    EXPECT_EQ(judge(with(slow_for(2900ms))), not_applicable("nobody was slow for longer than 3 s"));
    EXPECT_EQ(judge(with_injection(slow_for(9s), "other")).outcome, nothing);
    injection undelivered = slow_for(9s);
    undelivered.delivered = false;
    EXPECT_EQ(judge(with(undelivered)).outcome, nothing);
    EXPECT_EQ(judge(clean_record()).outcome, nothing);
}

TEST(Overdue, SaysNothingWithoutAPromiseOrOfADisturbedServer) {
    cycle_record record = with(slow_for(9s));
    EXPECT_EQ(judge(record, std::nullopt).outcome, nothing);
    fault_record& pause = record.faults.emplace_back();
    pause.kind = "pause_server";
    pause.disturbs_requests = true;
    pause.delivered_count = 1;
    EXPECT_EQ(judge(record), not_applicable("the server was disturbed on purpose"));
}

}  // namespace
}  // namespace stormdrain
