#include "harness/checks/rules/accept_queue_reset.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::cut_request;
using testing_records::on_reused;

constexpr since_start stop = 2s;
const since_start owed = owed_before(stop, {}, {});

request_row sent_wholly_at(since_start instant, request_end end = request_end::reset) {
    request_row row = cut_request(instant, end);
    row.all_sent = instant;
    row.ended = stop + 1ms;
    return row;
}

TEST(AcceptQueueReset, IsExcusedWithinAHundredMillisecondsOfTheStop) {
    EXPECT_TRUE(is_accept_queue_reset(sent_wholly_at(stop - 100ms), stop, owed));
    EXPECT_FALSE(is_accept_queue_reset(sent_wholly_at(stop - 101ms), stop, owed));
}

TEST(AcceptQueueReset, IsNoneWhereTheBacklogIsDrained) {
    contract promised;
    promised.drains_backlog = true;
    const since_start drained = owed_before(stop, promised, {});
    EXPECT_FALSE(is_accept_queue_reset(sent_wholly_at(stop - 1ms), stop, drained));
    request_row half_sent = sent_wholly_at(stop - 1ms);
    half_sent.all_sent.reset();
    EXPECT_TRUE(is_accept_queue_reset(half_sent, stop, drained));
}

// Goal: a server that was stopped by SIGSTOP while requests came had no time to take them.
TEST(OwedBefore, CountsOnlyTheTimeInWhichTheServerRan) {
    const auto before = [](std::vector<standstill> standstills) {
        return owed_before(stop, {}, std::move(standstills));
    };
    EXPECT_EQ(before({}), stop - 100ms);
    EXPECT_EQ(before({{stop - 140ms, stop + 1ms}}), stop - 240ms);
    EXPECT_EQ(before({{stop - 140ms, stop - 40ms}}), stop - 200ms);
    EXPECT_EQ(before({{stop - 400ms, stop - 300ms}}), stop - 100ms) << "long over";
    EXPECT_EQ(before({{stop - 90ms, stop - 80ms}, {stop - 30ms, stop - 10ms}}), stop - 130ms);
    EXPECT_EQ(before({{stop + 5ms, stop + 9ms}}), stop - 100ms) << "behind the stop";
    contract drains;
    drains.drains_backlog = true;
    EXPECT_EQ(owed_before(stop, drains, {{stop - 140ms, stop}}), stop);
}

TEST(AcceptQueueReset, IsAResetOfAFreshConnectionWithoutAnAnswer) {
    EXPECT_FALSE(
        is_accept_queue_reset(sent_wholly_at(stop - 1ms, request_end::end_of_stream), stop, owed));
    EXPECT_FALSE(is_accept_queue_reset(on_reused(sent_wholly_at(stop - 1ms), 1s), stop, owed));
    request_row answered = sent_wholly_at(stop - 1ms);
    answered.response_bytes = 1;
    EXPECT_FALSE(is_accept_queue_reset(answered, stop, owed));
}

}  // namespace
}  // namespace stormdrain::rules
