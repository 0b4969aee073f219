#include "harness/checks/rules/accept_queue_reset.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::cut_request;
using testing_records::on_reused;

constexpr since_start stop = 2s;

request_row sent_wholly_at(since_start instant, request_end end = request_end::reset) {
    request_row row = cut_request(instant, end);
    row.all_sent = instant;
    row.ended = stop + 1ms;
    return row;
}

TEST(AcceptQueueReset, IsExcusedWithinAHundredMillisecondsOfTheStop) {
    EXPECT_TRUE(is_accept_queue_reset(sent_wholly_at(stop - 100ms), stop, {}));
    EXPECT_FALSE(is_accept_queue_reset(sent_wholly_at(stop - 101ms), stop, {}));
    EXPECT_FALSE(is_accept_queue_reset(sent_wholly_at(stop - 1ms), {}, {})) << "no stop";
}

TEST(AcceptQueueReset, CountsTheTimeInWhichTheServerCouldRun) {
    EXPECT_TRUE(is_accept_queue_reset(sent_wholly_at(stop - 180ms), stop, {}, 80ms));
    EXPECT_FALSE(is_accept_queue_reset(sent_wholly_at(stop - 181ms), stop, {}, 80ms));
    contract promised;
    promised.drains_backlog = true;
    EXPECT_FALSE(is_accept_queue_reset(sent_wholly_at(stop - 1ms), stop, promised, 80ms));
}

TEST(AcceptQueueReset, IsNoneWhereTheBacklogIsDrained) {
    contract promised;
    promised.drains_backlog = true;
    EXPECT_FALSE(is_accept_queue_reset(sent_wholly_at(stop - 1ms), stop, promised));
    request_row half_sent = sent_wholly_at(stop - 1ms);
    half_sent.all_sent.reset();
    EXPECT_TRUE(is_accept_queue_reset(half_sent, stop, promised));
}

TEST(AcceptQueueReset, IsAResetOfAFreshConnectionWithoutAnAnswer) {
    EXPECT_FALSE(
        is_accept_queue_reset(sent_wholly_at(stop - 1ms, request_end::end_of_stream), stop, {}));
    EXPECT_FALSE(is_accept_queue_reset(on_reused(sent_wholly_at(stop - 1ms), 1s), stop, {}));
    request_row answered = sent_wholly_at(stop - 1ms);
    answered.response_bytes = 1;
    EXPECT_FALSE(is_accept_queue_reset(answered, stop, {}));
}

}  // namespace
}  // namespace stormdrain::rules
