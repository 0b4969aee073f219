// The codec alone, against nghttp2's client.

#include "servers/reference/http2_session.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace reference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view settings{"\0\0\0\x04\0\0\0\0\0", 9};
constexpr std::string_view settings_acknowledged{"\0\0\0\x04\x01\0\0\0\0", 9};
constexpr time_point now{};

// A GET of "/" by HPACK's static table (RFC 7541 A): :method GET, :scheme http, :path /, and
// :authority a.
std::string get_on(stream_id stream) {
    std::string frame{"\0\0\x06\x01\x05\0\0\0", 8};
    frame += static_cast<char>(stream);
    return frame + "\x82\x86\x84\x01\x01" + "a";
}

std::string reset_of(stream_id stream) {
    std::string frame{"\0\0\x04\x03\0\0\0\0", 8};
    frame += static_cast<char>(stream);
    return frame + std::string("\0\0\0\x08", 4);
}

// The GOAWAY frames among the bytes, as "LAST_STREAM/CODE".
std::vector<std::string> goaways_in(std::string_view bytes) {
    const auto number = [](std::string_view four) {
        unsigned value = 0;
        for (const char c : four) {
            value = value << 8U | static_cast<unsigned char>(c);
        }
        return value;
    };
    std::vector<std::string> found;
    while (bytes.size() >= frame_head_bytes) {
        const std::size_t length = number(bytes.substr(0, 3));
        const std::string_view payload = bytes.substr(frame_head_bytes, length);
        if (bytes[3] == NGHTTP2_GOAWAY) {
            found.push_back(std::to_string(number(payload.substr(0, 4))) + '/' +
                            std::to_string(number(payload.substr(4, 4))));
        }
        bytes.remove_prefix(frame_head_bytes + length);
    }
    return found;
}

class Http2Session : public ::testing::Test, public http2_owner {
protected:
    void on_request(stream_id stream, request_head head, request_state) override {
        asked.push_back(std::to_string(stream) + ' ' + head.method + ' ' + head.path);
    }
    void on_body(stream_id, std::string_view) override {}
    void on_request_end(stream_id) override {}
    void on_progress(stream_id) override {}
    void on_stream_closed(stream_id stream) override { closed.push_back(stream); }

    bool begin(http2_session& session) {
        return session.take(http2_preface, now) && session.take(settings, now);
    }

    std::vector<std::string> asked;
    std::vector<stream_id> closed;
};

TEST_F(Http2Session, KnowsWhatTheClientHasSaid) {
    http2_session session({}, *this);
    EXPECT_TRUE(session.take(http2_preface, now));
    EXPECT_FALSE(session.has_begun());
    EXPECT_TRUE(session.take(settings, now));
    EXPECT_TRUE(session.has_begun());
    EXPECT_FALSE(session.settings_acknowledged());
    session.output();
    EXPECT_TRUE(session.take(settings_acknowledged, now));
    EXPECT_TRUE(session.settings_acknowledged());
    EXPECT_TRUE(session.take(get_on(1), now));
    EXPECT_THAT(asked, ElementsAre("1 GET /"));
    EXPECT_FALSE(session.is_over());
}

TEST_F(Http2Session, RefusesWhatIsNoHttp2) {
    http2_session session({}, *this);
    EXPECT_FALSE(session.take("GET / HTTP/1.1\r\nHost: x\r\n\r\n", now));
}

TEST_F(Http2Session, AnswersInFrames) {
    http2_session session({}, *this);
    ASSERT_TRUE(begin(session));
    ASSERT_TRUE(session.take(get_on(1), now));
    http2_response answer;
    answer.text = "hello";
    session.respond(1, answer);
    EXPECT_THAT(session.output(), HasSubstr("hello"));
    EXPECT_THAT(closed, ElementsAre(1));
}

TEST_F(Http2Session, IsOverWhenItsLastStreamIs) {
    http2_session session({}, *this);
    ASSERT_TRUE(begin(session));
    ASSERT_TRUE(session.take(get_on(1), now));
    session.announce_stop();
    EXPECT_THAT(goaways_in(session.output()), ElementsAre("2147483647/0"));
    EXPECT_FALSE(session.stop_is_read());
    ASSERT_TRUE(session.take(get_on(3), now));
    session.refuse_new_streams();
    EXPECT_THAT(goaways_in(session.output()), ElementsAre("3/0"));
    session.respond(1, {});
    session.output();
    EXPECT_FALSE(session.is_over());
    session.respond(3, {});
    session.output();
    EXPECT_TRUE(session.is_over());
}

TEST_F(Http2Session, ProcessesNothingAboveAGoawayThatIsNotSentYet) {
    http2_session session({}, *this);
    ASSERT_TRUE(begin(session));
    ASSERT_TRUE(session.take(get_on(1), now));
    session.refuse_new_streams();
    ASSERT_TRUE(session.take(get_on(3), now));
    EXPECT_THAT(asked, ElementsAre("1 GET /"));
    EXPECT_THAT(goaways_in(session.output()), ElementsAre("1/0"));
    ASSERT_TRUE(session.take(get_on(5), now));
    EXPECT_THAT(asked, ElementsAre("1 GET /"));
}

TEST_F(Http2Session, ClaimsAnotherLastStreamForDefectBuilds) {
    http2_session session({}, *this);
    ASSERT_TRUE(begin(session));
    session.output();
    session.claim_last_stream(0x01020304);
    EXPECT_THAT(goaways_in(session.output()), ElementsAre("16909060/0"));
}

TEST_F(Http2Session, EndsAClientThatResetsMoreThanItMay) {
    http2_limits limits;
    limits.resets_max = 2;
    http2_session session(limits, *this);
    ASSERT_TRUE(begin(session));
    for (const stream_id stream : {1, 3, 5}) {
        EXPECT_FALSE(session.is_over());
        ASSERT_TRUE(session.take(get_on(stream) + reset_of(stream), now));
    }
    EXPECT_THAT(goaways_in(session.output()), ElementsAre("5/11"));  // ENHANCE_YOUR_CALM
    EXPECT_TRUE(session.is_over());
}

TEST_F(Http2Session, AllowsTheSameResetsInMoreTime) {
    http2_limits limits;
    limits.resets_max = 2;
    http2_session session(limits, *this);
    ASSERT_TRUE(begin(session));
    time_point when = now;
    for (const stream_id stream : {1, 3, 5, 7, 9}) {
        when += std::chrono::seconds(1);
        ASSERT_TRUE(session.take(get_on(stream) + reset_of(stream), when));
    }
    EXPECT_THAT(goaways_in(session.output()), ElementsAre());
}

}  // namespace
}  // namespace reference
