#include "harness/checks/rules/goaway.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace testing_records;

request_row on_stream(std::uint32_t stream, std::optional<std::uint32_t> last_stream) {
    request_row row = cut_request(stop_at - 50ms, request_end::end_of_stream);
    row.stream = stream;
    row.goaway_last_stream = last_stream;
    return row;
}

TEST(Goaway, CountsStreamsUpToTheLast) {
    EXPECT_TRUE(is_counted_stream(on_stream(5, 7), stop_at));
    EXPECT_TRUE(is_counted_stream(on_stream(7, 7), stop_at));
    EXPECT_FALSE(is_counted_stream(on_stream(9, 7), stop_at));
    EXPECT_FALSE(is_counted_stream(on_stream(5, {}), stop_at));
    EXPECT_FALSE(is_counted_stream(on_stream(0, 7), stop_at));  // HTTP/1
}

TEST(Goaway, CountsByItsFirstStepWhatWasSentBeforeTheStop) {
    request_row row = on_stream(5, 0x7fffffff);
    EXPECT_TRUE(is_counted_stream(row, stop_at));
    row.all_sent = stop_at + 1ms;
    EXPECT_FALSE(is_counted_stream(row, stop_at));
    EXPECT_TRUE(is_counted_stream(row, {}));
    row.goaway_last_stream = 7;
    EXPECT_TRUE(is_counted_stream(row, stop_at));
}

TEST(Goaway, SaysNothingOfStreamsThatWereAnswered) {
    request_row row = on_stream(5, 7);
    row.end = request_end::answered;
    EXPECT_FALSE(is_counted_stream(row, stop_at));
}

TEST(Goaway, IsExpectedOfStopsThatCompleteWhatIsInFlight) {
    contract promised;
    EXPECT_EQ(promised_goaway(promised), goaway_promise::once);
    promised.in_flight = in_flight_promise::truncate;
    EXPECT_EQ(promised_goaway(promised), goaway_promise::none);
    promised.goaway = goaway_promise::in_two_steps;
    EXPECT_EQ(promised_goaway(promised), goaway_promise::in_two_steps);
}

TEST(Goaway, RefusesWithoutNoticeWhatWasAskedBeforeTheFirstOne) {
    http2_connection_row row;
    row.highest_stream_at_first = 9;
    EXPECT_FALSE(refuses_without_notice(row));
    row.goaways_count = 1;
    row.first_last_stream = 7;
    EXPECT_TRUE(refuses_without_notice(row));
    row.first_last_stream = 9;
    EXPECT_FALSE(refuses_without_notice(row));
}

}  // namespace
}  // namespace stormdrain::rules
