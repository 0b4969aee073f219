#include "servers/reference/websocket.hpp"

#include <gmock/gmock.h>

namespace reference {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view mask = "\x37\xfa\x21\x3d";  // of RFC 6455 5.7

// A client's frame. `first`: FIN and opcode.
std::string said(unsigned first, std::string_view payload) {
    std::string bytes;
    bytes += static_cast<char>(first);
    if (payload.size() < 126) {
        bytes += static_cast<char>(0x80U | payload.size());
    } else {
        bytes += static_cast<char>(0x80U | 126U);
        bytes += static_cast<char>(payload.size() >> 8U);
        bytes += static_cast<char>(payload.size() & 0xffU);
    }
    bytes += mask;
    for (std::size_t index = 0; index < payload.size(); ++index) {
        bytes += static_cast<char>(payload[index] ^ mask[index % mask.size()]);
    }
    return bytes;
}

std::string answer_to(websocket_echo& socket, std::string bytes) {
    return socket.take(bytes);
}

const std::string hello = std::string("\x81\x05", 2) + "Hello";

TEST(WebSocket, ProvesThatItKnowsTheProtocol) {
    // The example of RFC 6455 section 1.3.
    EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocket, GivesMessagesBack) {
    websocket_echo socket;
    // The example of RFC 6455 section 5.7.
    EXPECT_EQ(answer_to(socket, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), hello);
    EXPECT_EQ(answer_to(socket, said(0x81, "Hello") + said(0x81, "Hello")), hello + hello);
    const std::string longer(300, 'x');
    EXPECT_EQ(answer_to(socket, said(0x82, longer)), std::string("\x82\x7e\x01\x2c", 4) + longer);
}

TEST(WebSocket, WaitsForTheRestOfAFrame) {
    websocket_echo socket;
    const std::string whole = said(0x81, "Hello");
    std::string input;
    for (std::size_t index = 0; index + 1 < whole.size(); ++index) {
        input += whole[index];
        EXPECT_THAT(socket.take(input), IsEmpty());
    }
    input += whole.back();
    EXPECT_EQ(socket.take(input), hello);
    EXPECT_THAT(input, IsEmpty());
}

TEST(WebSocket, PutsThePiecesOfAMessageTogether) {
    websocket_echo socket;
    const std::string asked = said(0x01, "Hel") + said(0x89, "!") + said(0x80, "lo");
    EXPECT_EQ(answer_to(socket, asked), std::string("\x8a\x01!", 3) + hello);
}

TEST(WebSocket, AnswersCloseWithItsCode) {
    websocket_echo socket;
    EXPECT_EQ(answer_to(socket, said(0x88, "\x03\xe8why")), "\x88\x02\x03\xe8");
    EXPECT_TRUE(socket.is_over());
    EXPECT_THAT(socket.say_close(close_code::going_away), IsEmpty());
}

TEST(WebSocket, SaysCloseOnceAndThenNothing) {
    websocket_echo socket;
    EXPECT_EQ(socket.say_close(close_code::going_away), "\x88\x02\x03\xe9");
    EXPECT_FALSE(socket.is_over());
    EXPECT_THAT(answer_to(socket, said(0x81, "Hello")), IsEmpty());
    EXPECT_THAT(answer_to(socket, said(0x88, "\x03\xe9")), IsEmpty());
    EXPECT_TRUE(socket.is_over());
}

TEST(WebSocket, EndsWithWhoBreaksTheProtocol) {
    const std::string protocol_error = "\x88\x02\x03\xea";
    for (const std::string& wrong :
         {hello /* not masked */, said(0xc1, "reserved bit"), said(0x83, "unknown opcode"),
          said(0x09, "control frame in pieces"), said(0x80, "nothing to go on with")}) {
        websocket_echo socket;
        EXPECT_EQ(answer_to(socket, wrong), protocol_error);
        EXPECT_TRUE(socket.is_over());
    }
    websocket_echo socket;
    EXPECT_EQ(answer_to(socket, "\x81\xff" + std::string(12, '\x7f')), "\x88\x02\x03\xf1");
}

}  // namespace
}  // namespace reference
