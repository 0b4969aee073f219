#include "harness/net/http2/client_session.hpp"

#include "harness/net/http2/frames.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// A whole answer: ":status: 200", by HPACK's static table (RFC 7541 A).
http2_frame answer_to(std::uint32_t stream) {
    http2_frame frame;
    frame.type = http2_frame_type::headers;
    frame.flags = http2_flag::end_headers | http2_flag::end_stream;
    frame.stream = stream;
    frame.payload = "\x88";
    return frame;
}

class Http2ClientSession : public testing::Test, public http2_observer {
protected:
    void on_sent(http2_stream stream) override { note("sent", stream); }
    void on_answer(http2_stream stream, const http2_answer_head& head) override {
        note("status " + std::to_string(head.status) + " on", stream);
    }
    void on_bytes(http2_stream, std::size_t, std::size_t body_bytes) override {
        body_bytes_ += body_bytes;
    }
    void on_end(http2_stream stream, http2_stream_end end, std::uint32_t) override {
        const char* const word = end == http2_stream_end::whole     ? "whole"
                                 : end == http2_stream_end::refused ? "refused"
                                 : end == http2_stream_end::reset   ? "reset"
                                                                    : "malformed";
        note(word, stream);
    }
    void on_goaway(const http2_goaway& told) override { note("goaway", told.last_stream); }
    void on_answer_above_goaway(http2_stream stream) override { note("above", stream); }

    void note(const std::string& what, http2_stream stream) {
        seen_.push_back(what + " " + std::to_string(stream));
    }

    std::string take(const http2_frame& frame) { return session_.take(to_bytes(frame)); }

    // Asked, and put out.
    void ask(int count) {
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(session_.ask(render_http2(route(), "host", "http")).has_value());
        }
        session_.output();
        seen_.clear();
    }

    std::vector<std::string> seen_;
    std::size_t body_bytes_ = 0;
    http2_client_session session_{*this};
};

TEST_F(Http2ClientSession, BeginsWithThePreface) {
    EXPECT_THAT(session_.output(), StartsWith(std::string(http2_client_preface)));
}

TEST_F(Http2ClientSession, TellsHowARequestGoes) {
    ASSERT_EQ(take(settings_frame()), "");
    EXPECT_EQ(session_.ask(render_http2(route(), "host", "http")), 1U);
    EXPECT_EQ(session_.open_streams(), 1U);
    session_.output();
    ASSERT_EQ(take(answer_to(1)), "");
    EXPECT_THAT(seen_, ElementsAre("sent 1", "status 200 on 1", "whole 1"));
    EXPECT_EQ(session_.open_streams(), 0U);
}

TEST_F(Http2ClientSession, CountsTheBytesOfABody) {
    ASSERT_EQ(take(settings_frame()), "");
    ask(1);
    http2_frame head = answer_to(1);
    head.flags = http2_flag::end_headers;
    http2_frame body;
    body.flags = http2_flag::end_stream;
    body.stream = 1;
    body.payload = "hello";
    ASSERT_EQ(take(head), "");
    EXPECT_THAT(seen_, ElementsAre("status 200 on 1"));
    ASSERT_EQ(take(body), "");
    EXPECT_EQ(body_bytes_, 5U);
    EXPECT_THAT(seen_, Contains("whole 1"));
}

TEST_F(Http2ClientSession, RefusesWhatIsAboveTheGoaway) {
    ASSERT_EQ(take(settings_frame()), "");
    ask(3);
    ASSERT_EQ(take(goaway_frame(3, 0)), "");
    EXPECT_THAT(seen_, ElementsAre("goaway 3", "refused 5"));
    EXPECT_FALSE(session_.takes_requests());
    EXPECT_FALSE(session_.ask(render_http2(route(), "host", "http")).has_value());
    ASSERT_EQ(take(answer_to(3)), "");
    EXPECT_THAT(seen_, Contains("whole 3"));
    EXPECT_EQ(session_.open_streams(), 1U);
}

TEST_F(Http2ClientSession, RefusesNothingByTheFirstOfTwo) {
    ASSERT_EQ(take(settings_frame()), "");
    ask(2);
    ASSERT_EQ(take(goaway_frame(every_http2_stream, 0)), "");
    EXPECT_THAT(seen_, ElementsAre("goaway 2147483647"));
    ASSERT_EQ(take(goaway_frame(1, 0)), "");
    EXPECT_THAT(seen_, Contains("refused 3"));
}

TEST_F(Http2ClientSession, SeesAnswersThatTheGoawayRulesOut) {
    ASSERT_EQ(take(settings_frame()), "");
    ask(2);
    ASSERT_EQ(take(goaway_frame(1, 0)), "");
    take(answer_to(3));
    EXPECT_THAT(seen_, Contains("above 3"));
}

TEST_F(Http2ClientSession, SeesAnswersThatCameBeforeTheGoawayThatRulesThemOut) {
    ASSERT_EQ(take(settings_frame()), "");
    ask(2);
    ASSERT_EQ(take(answer_to(3)), "");
    EXPECT_THAT(seen_, Not(Contains("above 3")));
    ASSERT_EQ(take(goaway_frame(1, 0)), "");
    EXPECT_THAT(seen_, Contains("above 3"));
}

TEST_F(Http2ClientSession, RefusesWhatWasHeldBackUntilTheGoaway) {
    constexpr std::uint16_t max_concurrent_streams = 3;  // RFC 9113 6.5.2
    ASSERT_EQ(take(settings_frame(http2_setting{max_concurrent_streams, 1})), "");
    ask(2);
    ASSERT_EQ(take(goaway_frame(every_http2_stream, 0)), "");
    session_.output();
    ASSERT_EQ(take(answer_to(1)), "");
    session_.output();
    EXPECT_THAT(seen_, Contains("whole 1"));
    EXPECT_THAT(seen_, Contains("refused 3"));
}

TEST_F(Http2ClientSession, AnswersPingsAlsoBehindTheGoaway) {
    ASSERT_EQ(take(settings_frame()), "");
    session_.output();
    http2_frame ping;
    ping.type = http2_frame_type::ping;
    ping.payload = "12345678";
    for (const bool is_over : {false, true}) {
        ASSERT_EQ(take(ping), "");
        EXPECT_EQ(session_.output(), to_bytes(acknowledgement_of(ping))) << is_over;
        ASSERT_EQ(take(goaway_frame(0, 0)), "");
    }
}

TEST_F(Http2ClientSession, ReadsOnBehindAGoawayThatLeavesNoStream) {
    ASSERT_EQ(take(settings_frame()), "");
    ask(2);
    // Cut anywhere: the session is over amid these bytes.
    const std::string bytes = to_bytes(goaway_frame(0, 0)) + to_bytes(settings_frame()) +
                              to_bytes(answer_to(3)) + to_bytes(goaway_frame(0, 11));
    for (const char& one : bytes) {
        ASSERT_EQ(session_.take(std::string_view(&one, 1)), "");
    }
    EXPECT_THAT(seen_, ElementsAre("goaway 0", "refused 3", "refused 1", "above 3", "goaway 0"));
}

TEST_F(Http2ClientSession, TellsResetsApart) {
    ASSERT_EQ(take(settings_frame()), "");
    ask(2);
    constexpr std::uint32_t refused_stream = 7;  // RFC 9113 section 7
    constexpr std::uint32_t internal_error = 2;
    ASSERT_EQ(take(reset_frame(1, refused_stream)), "");
    ASSERT_EQ(take(reset_frame(3, internal_error)), "");
    EXPECT_THAT(seen_, ElementsAre("refused 1", "reset 3"));
}

TEST_F(Http2ClientSession, KnowsWhatIsNoHttp2) {
    EXPECT_NE(session_.take("HTTP/1.1 400 Bad Request\r\n\r\n").size() + session_.output().size(),
              0U);
}

TEST_F(Http2ClientSession, BreaksOffWhereTheFirstFrameIsNoSettings) {
    ask(2);
    ASSERT_EQ(take(goaway_frame(every_http2_stream, 0)), "");
    session_.output();
    EXPECT_THAT(session_.broken(), testing::HasSubstr("RFC 9113 section 3.4"));
    EXPECT_FALSE(session_.takes_requests());
    EXPECT_FALSE(session_.ask(render_http2(route(), "host", "http")).has_value());
    EXPECT_THAT(seen_, IsEmpty());  // the streams end with their connection
}

TEST_F(Http2ClientSession, EndsWhatIsAskedBetweenAnErrorAndItsGoaway) {
    ASSERT_EQ(take(goaway_frame(every_http2_stream, 0)), "");
    ASSERT_TRUE(session_.ask(render_http2(route(), "host", "http")).has_value());
    session_.output();
    // Not a byte of it was sent, and that is the server's doing: no GOAWAY of its own says so.
    EXPECT_THAT(seen_, ElementsAre("malformed 1"));
    EXPECT_THAT(session_.broken(), Not(IsEmpty()));
}

TEST_F(Http2ClientSession, SaysWhichFrameBrokeIt) {
    ASSERT_EQ(take(settings_frame()), "");
    ask(1);
    http2_frame ping;
    ping.type = http2_frame_type::ping;
    ping.payload = "four";  // RFC 9113 6.7: eight
    ASSERT_EQ(take(ping), "");
    EXPECT_THAT(session_.broken(), IsEmpty());
    session_.output();
    EXPECT_THAT(session_.broken(), Not(IsEmpty()));
    EXPECT_FALSE(session_.takes_requests());
}

}  // namespace
}  // namespace stormdrain
