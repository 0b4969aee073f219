#include "harness/net/http2/frames.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Http2Frames, AreTakenOffTheBytesOneByOne) {
    const http2_frame first = goaway_frame(7, 11);
    const http2_frame second = reset_frame(9, 8);
    std::string bytes = to_bytes(first) + to_bytes(second) + "rest";
    EXPECT_EQ(take_frame(bytes), first);
    EXPECT_EQ(take_frame(bytes), second);
    EXPECT_EQ(take_frame(bytes), std::nullopt);
    EXPECT_EQ(bytes, "rest");
}

TEST(Http2Frames, WaitForTheirLastByte) {
    const std::string whole = to_bytes(goaway_frame(7, 11));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        std::string bytes = whole.substr(0, length);
        EXPECT_EQ(take_frame(bytes), std::nullopt);
        EXPECT_EQ(bytes.size(), length);
    }
}

TEST(Http2Frames, SayWhichStreamIsTheLast) {
    EXPECT_EQ(farewell_in(goaway_frame(0x7fffffff, 0)), (http2_farewell{0x7fffffff, 0}));
    EXPECT_EQ(farewell_in(reset_frame(1, 2)), std::nullopt);
    http2_frame cut = goaway_frame(1, 2);
    cut.payload.resize(7);
    EXPECT_EQ(farewell_in(cut), std::nullopt);
}

TEST(Http2Frames, HoldSettingsInSixBytesEach) {
    EXPECT_EQ(to_bytes(settings_frame()), std::string("\0\0\0\x04\0\0\0\0\0", 9));
    EXPECT_EQ(to_bytes(settings_frame(http2_setting{http2_initial_window_size, 258})),
              std::string("\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\x01\x02", 15));
}

TEST(Http2Frames, AcknowledgeAPingWithItsPayload) {
    http2_frame ping;
    ping.type = http2_frame_type::ping;
    ping.payload = "12345678";
    EXPECT_EQ(acknowledgement_of(ping).payload, "12345678");
    EXPECT_EQ(acknowledgement_of(settings_frame(http2_setting{4, 1})).payload, "");
    EXPECT_EQ(acknowledgement_of(ping).flags, http2_flag::acknowledgement);
}

TEST(Http2Frames, WriteFieldsOfAnyLengthAsLiterals) {
    route what;
    what.path = "/" + std::string(400, 'x');
    what.headers = {{"X-Name", "value"}, {"Connection", "close"}};
    const http2_frame frame = request_frame(3, what, "host", "http");
    EXPECT_EQ(frame.stream, 3U);
    // RFC 7541 5.1: 401 is 127 + 274, and 274 is 18 + 2 * 128.
    EXPECT_THAT(frame.payload, HasSubstr("\x04\x7f\x92\x02/xxx"));
    EXPECT_THAT(frame.payload, EndsWith(std::string("\0\x06x-name\x05value", 14)));
}

}  // namespace
}  // namespace stormdrain
