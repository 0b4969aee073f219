#include "harness/checks/rules/close_announcement.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::cut_request;

constexpr since_start stop_at = 2s;
const std::optional<noticed_stop> stop = noticed(stop_at, 0s);

request_row answered_at(since_start first_byte) {
    request_row row = cut_request(stop_at - 10ms, request_end::answered);
    row.first_byte_received = first_byte;
    row.ended = first_byte + 1ms;
    return row;
}

contract announcing() {
    contract promised;
    promised.announces_close = true;
    return promised;
}

TEST(CloseAnnouncement, IsOwedByAnswersThatBeginBehindTheStop) {
    EXPECT_TRUE(lacks_announcement(answered_at(stop_at + 100ms), stop, announcing()));
    EXPECT_FALSE(lacks_announcement(answered_at(stop_at + 100ms - 1us), stop, announcing()));
    EXPECT_FALSE(lacks_announcement(answered_at(stop_at + 100ms), stop, {}))
        << "nobody promised it";
    EXPECT_FALSE(lacks_announcement(answered_at(stop_at + 100ms), {}, announcing()));
    request_row announced = answered_at(stop_at + 100ms);
    announced.close_announced = true;
    EXPECT_FALSE(lacks_announcement(announced, stop, announcing()));
}

// Goal: on a busy machine the server learns of the stop as late as we learn of our timers.
TEST(CloseAnnouncement, IsOwedLaterWhereTheMachineIsBusy) {
    const std::optional<noticed_stop> late = noticed(stop_at, 30ms);
    EXPECT_FALSE(lacks_announcement(answered_at(stop_at + 159ms), late, announcing()));
    EXPECT_TRUE(lacks_announcement(answered_at(stop_at + 160ms), late, announcing()));
    EXPECT_FALSE(noticed({}, 30ms));
}

TEST(CloseAnnouncement, IsForWholeAnswersToWhatWasSentBeforeTheStop) {
    request_row cut = answered_at(stop_at + 100ms);
    cut.end = request_end::reset;
    EXPECT_FALSE(is_answered_across_stop(cut, stop));
    request_row late = answered_at(stop_at + 100ms);
    late.first_byte_sent = stop_at;
    EXPECT_FALSE(is_answered_across_stop(late, stop));
}

}  // namespace
}  // namespace stormdrain::rules
