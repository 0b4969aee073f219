#include "harness/load/engine/stream_ending.hpp"

#include <gmock/gmock.h>

#include <nghttp2/nghttp2.h>

namespace stormdrain {
namespace {

const std::optional<http2_goaway> nothing_told;

stream_under_way asked_stream(http2_stream number) {
    stream_under_way made;
    made.stream = number;
    made.is_asked = true;
    return made;
}

TEST(StreamEnding, IsAnAnswerWhateverCameBehindIt) {
    stream_under_way whole = asked_stream(3);
    whole.is_whole = true;
    whole.reset_code = NGHTTP2_NO_ERROR;
    EXPECT_EQ(ending_of(whole, NGHTTP2_NO_ERROR, http2_goaway{1, 0}).end, request_end::answered);
}

TEST(StreamEnding, IsNoFailureWhereTheServerSaysThatItDidNotProcessTheRequest) {
    const stream_under_way third = asked_stream(3);
    EXPECT_EQ(ending_of(third, NGHTTP2_REFUSED_STREAM, nothing_told).end, request_end::unprocessed);
    EXPECT_EQ(ending_of(third, NGHTTP2_CANCEL, http2_goaway{1, 0}).end, request_end::unprocessed);
    stream_under_way held_back = asked_stream(3);
    held_back.is_asked = false;
    EXPECT_EQ(ending_of(held_back, NGHTTP2_INTERNAL_ERROR, http2_goaway{9, 0}).end,
              request_end::unprocessed);
}

TEST(StreamEnding, TellsTheServersResetFromOurs) {
    stream_under_way reset = asked_stream(3);
    reset.reset_code = NGHTTP2_INTERNAL_ERROR;
    const stream_ending theirs = ending_of(reset, NGHTTP2_INTERNAL_ERROR, http2_goaway{3, 0});
    EXPECT_EQ(theirs.end, request_end::reset);
    EXPECT_EQ(theirs.error, "RST_STREAM INTERNAL_ERROR");
    const stream_ending ours = ending_of(asked_stream(3), NGHTTP2_PROTOCOL_ERROR, nothing_told);
    EXPECT_EQ(ours.end, request_end::malformed);
    EXPECT_EQ(ours.error, "an answer that is none: PROTOCOL_ERROR");
}

TEST(StreamEnding, SaysHowFarTheRequestWas) {
    stream_under_way one = asked_stream(3);
    const stream_ending lost{request_end::end_of_stream, "End of file"};
    EXPECT_EQ(with_stream({}, one, lost).phase, failure_phase::write);
    one.request.all_sent = clock::now();
    EXPECT_EQ(with_stream({}, one, lost).phase, failure_phase::head);
    take_field(one.head, ":status", "404");
    take_field(one.head, "content-length", "12");
    take_field(one.head, "server", "some");
    const request_row row = with_stream({}, one, lost);
    EXPECT_EQ(row.phase, failure_phase::body);
    EXPECT_EQ(row.stream, 3U);
    EXPECT_EQ(row.status, 404);
    EXPECT_EQ(row.body_announced, 12U);
    EXPECT_EQ(row.error, "End of file");
    EXPECT_EQ(with_stream({}, one, {}).phase, failure_phase::status);
}

}  // namespace
}  // namespace stormdrain
