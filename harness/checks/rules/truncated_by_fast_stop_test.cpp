#include "harness/checks/rules/truncated_by_fast_stop.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::cut_request;
using testing_records::with_half_a_response;

constexpr since_start stop = 2s;

contract fast() {
    contract promised;
    promised.in_flight = in_flight_promise::truncate;
    return promised;
}

request_row cut_at(since_start ended) {
    request_row row = with_half_a_response(cut_request(1s));
    row.ended = ended;
    return row;
}

TEST(TruncatedByFastStop, IsExcusedWithinASecondOfTheStop) {
    EXPECT_TRUE(is_cut_by_fast_stop(cut_at(stop), stop, fast()));
    EXPECT_TRUE(is_cut_by_fast_stop(cut_at(stop + 1s), stop, fast()));
    EXPECT_FALSE(is_cut_by_fast_stop(cut_at(stop + 1s + 1us), stop, fast()));
    EXPECT_FALSE(is_cut_by_fast_stop(cut_at(stop - 1us), stop, fast()));
    EXPECT_FALSE(is_cut_by_fast_stop(cut_at(stop), stop, {})) << "a graceful stop completes";
    EXPECT_FALSE(is_cut_by_fast_stop(cut_at(stop), {}, fast()));
}

TEST(TruncatedByFastStop, DropsUnansweredRequestsAtAnyTime) {
    request_row unanswered = cut_request(1s);
    unanswered.ended = stop + 5s;
    EXPECT_TRUE(is_cut_by_fast_stop(unanswered, stop, fast()));
}

request_row chunked(std::uint64_t body_bytes) {
    request_row row = cut_request(1s, request_end::answered);
    row.ended = stop;
    row.chunked = true;
    row.body_bytes = body_bytes;
    return row;
}

TEST(TruncatedByFastStop, NeverByAValidLastChunk) {
    const body_sizes usual{"large", 5, 1000, 1000};
    EXPECT_TRUE(is_false_end(chunked(999), stop, usual));
    EXPECT_FALSE(is_false_end(chunked(1000), stop, usual));
    request_row before = chunked(999);
    before.ended = stop - 1us;
    EXPECT_FALSE(is_false_end(before, stop, usual));
    request_row announced = chunked(999);
    announced.chunked = false;
    EXPECT_FALSE(is_false_end(announced, stop, usual));
    request_row honest = chunked(999);
    honest.end = request_end::end_of_stream;
    EXPECT_FALSE(is_false_end(honest, stop, usual));
}

TEST(TruncatedByFastStop, KnowsNothingOfBodiesThatChange) {
    EXPECT_FALSE(is_false_end(chunked(999), stop, {"large", 5, 1000, 1001}));
    EXPECT_FALSE(is_false_end(chunked(999), stop, {"large", 4, 1000, 1000}));
}

}  // namespace
}  // namespace stormdrain::rules
