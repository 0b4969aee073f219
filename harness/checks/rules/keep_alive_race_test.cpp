#include "harness/checks/rules/keep_alive_race.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing_records::cut_request;
using testing_records::on_reused;

constexpr since_start stop = 2s;

TEST(LegalClose, IsThatOfTheTargetsPromisesOnly) {
    running_contract promised;
    EXPECT_EQ(legal_close_of({1h, 1'000'000}, promised), "");
    promised.keep_alive_timeout = 5s;
    EXPECT_EQ(legal_close_of({4499ms, 1}, promised), "");
    EXPECT_THAT(legal_close_of({4500ms, 1}, promised), HasSubstr("keep-alive timeout"));
    promised.requests_per_connection_max = 10;
    EXPECT_FALSE(must_be_closed({5500ms, 1}, promised));
    EXPECT_TRUE(must_be_closed({5501ms, 1}, promised));
    promised.keep_alive_timeout = 100ms;
    EXPECT_EQ(legal_close_of({49ms, 1}, promised), "") << "however short the timeout is";
    EXPECT_THAT(legal_close_of({50ms, 1}, promised), HasSubstr("keep-alive timeout"));
    promised.keep_alive_timeout.reset();
    EXPECT_FALSE(must_be_closed({1h, 1}, promised));
    EXPECT_EQ(legal_close_of({1ms, 9}, promised), "");
    EXPECT_THAT(legal_close_of({1ms, 10}, promised), HasSubstr("used up"));
}

TEST(KeepAliveRace, IsExcusedFromFiftyMillisecondsBeforeTheStop) {
    const request_row late = on_reused(cut_request(stop - 50ms), 1ms);
    request_row at_stop = late;
    at_stop.ended = stop;
    EXPECT_THAT(keep_alive_race_of(at_stop, stop, {}).why, HasSubstr("as the server was stopping"));
    EXPECT_FALSE(keep_alive_race_of(at_stop, stop, {}).is_running);
    EXPECT_EQ(keep_alive_race_of(late, stop, {}).why, "") << "it had ended before the stop";
    request_row early = on_reused(cut_request(stop - 51ms), 1ms);
    early.ended = stop;
    EXPECT_EQ(keep_alive_race_of(early, stop, {}).why, "");
}

TEST(KeepAliveRace, NeedsAReusedConnectionAndNoAnswer) {
    EXPECT_EQ(keep_alive_race_of(cut_request(stop), stop, {}).why, "");
    request_row answered = on_reused(cut_request(stop), 1ms);
    answered.response_bytes = 1;
    EXPECT_EQ(keep_alive_race_of(answered, stop, {}).why, "");
}

TEST(KeepAliveRace, RunsWhereTheIdleTimeoutIsNear) {
    running_contract promised;
    promised.keep_alive_timeout = 5s;
    const auto idle_for = [&](duration length) {
        return keep_alive_race_of(on_reused(cut_request(1s), length), {}, promised);
    };
    EXPECT_EQ(idle_for(4499ms).why, "");
    EXPECT_TRUE(idle_for(4500ms).is_running);
    EXPECT_TRUE(idle_for(5500ms).is_running);
    EXPECT_FALSE(idle_for(5501ms).is_running) << "no race: it was closed for certain";
    EXPECT_NE(idle_for(5501ms).why, "");
}

TEST(KeepAliveRace, IsExcusedForOnePercent) {
    EXPECT_EQ(running_races_max(0), 1U);
    EXPECT_EQ(running_races_max(199), 1U);
    EXPECT_EQ(running_races_max(200), 2U);
}

}  // namespace
}  // namespace stormdrain::rules
