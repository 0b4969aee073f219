#include "harness/checks/rules/stop_race.hpp"

#include "harness/checks/record_builder.hpp"
#include "harness/checks/rules/accept_queue_reset.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing_records::cut_request;
using testing_records::on_reused;

constexpr since_start stop = 2s;
const since_start owed = owed_before(stop, {}, {});

request_row sent_wholly_at(since_start instant) {
    request_row row = cut_request(instant, request_end::end_of_stream);
    row.all_sent = instant;
    row.ended = stop + 500ms;
    return row;
}

TEST(StopRace, OwesNothingToWhatIsSentAfterTheStop) {
    EXPECT_THAT(stop_race_of(sent_wholly_at(stop), stop, owed), HasSubstr("after the stop"));
    EXPECT_THAT(stop_race_of(sent_wholly_at(stop - 1us), stop, owed),
                HasSubstr("as the server was stopping"));
}

TEST(StopRace, OwesAnAnswerToWhatWasSentWellBefore) {
    EXPECT_NE(stop_race_of(sent_wholly_at(stop - 100ms), stop, owed), "");
    EXPECT_EQ(stop_race_of(sent_wholly_at(stop - 101ms), stop, owed), "");
    contract drains;
    drains.drains_backlog = true;
    EXPECT_EQ(stop_race_of(sent_wholly_at(stop - 1ms), stop, owed_before(stop, drains, {})), "");
    EXPECT_NE(stop_race_of(sent_wholly_at(stop), stop, owed_before(stop, drains, {})), "");
}

TEST(StopRace, IsNoneBeforeTheStopNorOnReusedConnectionsNorAmidAnAnswer) {
    EXPECT_EQ(stop_race_of(cut_request(stop - 50ms), stop, owed), "") << "ended before the stop";
    EXPECT_EQ(stop_race_of(on_reused(sent_wholly_at(stop), 1s), stop, owed), "");
    request_row answered = sent_wholly_at(stop);
    answered.response_bytes = 1;
    EXPECT_EQ(stop_race_of(answered, stop, owed), "");
}

TEST(StopRace, ForgetsARequestOnlyWhileTheServerIsThere) {
    request_row row = sent_wholly_at(stop);
    EXPECT_TRUE(is_forgotten_at_stop(row, stop, {}));
    row.ended = stop + 2s;
    EXPECT_TRUE(is_forgotten_at_stop(row, stop, stop + 1s));
    EXPECT_FALSE(is_forgotten_at_stop(row, stop, stop + 999ms));
    EXPECT_FALSE(is_forgotten_at_stop(sent_wholly_at(stop - 1ms), stop, {}));
}

}  // namespace
}  // namespace stormdrain::rules
