#include "harness/origin/websocket_echo.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using namespace std::string_literals;

// Masked with four zeros: the bytes are what they were.
std::string from_client(char first_byte, const std::string& payload) {
    return first_byte + std::string(1, static_cast<char>(0x80U | payload.size())) + "\0\0\0\0"s +
           payload;
}

TEST(WebsocketAccept, IsThatOfTheStandardsExample) {
    // RFC 6455 section 1.3.
    EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebsocketEcho, GivesAMessageBackUnmasked) {
    websocket_echo echo;
    // RFC 6455 section 5.7: a masked "Hello", and the unmasked one.
    EXPECT_EQ(echo.take("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s), "\x81\x05Hello"s);
    EXPECT_FALSE(echo.is_over());
}

TEST(WebsocketEcho, TakesFramesInAnyPieces) {
    websocket_echo echo;
    const std::string two = from_client('\x81', "one") + from_client('\x82', "three");
    std::string output;
    for (const char byte : two) {
        output += echo.take({&byte, 1});
    }
    EXPECT_EQ(output, "\x81\x03one\x82\x05three"s);
}

TEST(WebsocketEcho, GivesLongMessagesBackWithTheirLength) {
    websocket_echo echo;
    const std::string middle(300, 'm');
    EXPECT_EQ(echo.take("\x82\xfe\x01\x2c\0\0\0\0"s + middle), "\x82\x7e\x01\x2c"s + middle);
    const std::string large(70'000, 'l');
    EXPECT_EQ(echo.take("\x82\xff\0\0\0\0\0\x01\x11\x70\0\0\0\0"s + large),
              "\x82\x7f\0\0\0\0\0\x01\x11\x70"s + large);
}

TEST(WebsocketEcho, AnswersPingsAndClosesOnceTold) {
    websocket_echo echo;
    EXPECT_EQ(echo.take(from_client('\x89', "there?")), "\x8a\x06there?"s);
    EXPECT_EQ(echo.take(from_client('\x8a', "unasked")), "");
    EXPECT_EQ(echo.take(from_client('\x88', "\x03\xe8")), "\x88\x02\x03\xe8"s);
    EXPECT_TRUE(echo.is_over());
    EXPECT_EQ(echo.say_close(), "");
}

TEST(WebsocketEcho, SaysNothingBehindItsClose) {
    websocket_echo echo;
    EXPECT_EQ(echo.say_close(), "\x88\x02\x03\xe9"s);
    EXPECT_EQ(echo.say_close(), "");
    EXPECT_EQ(echo.take(from_client('\x81', "late")), "");
    EXPECT_FALSE(echo.is_over());
    EXPECT_EQ(echo.take(from_client('\x88', "\x03\xe9")), "");
    EXPECT_TRUE(echo.is_over());
}

TEST(WebsocketEcho, IsOverWhenWhatComesIsNoClientsFrame) {
    websocket_echo unmasked;
    EXPECT_EQ(unmasked.take("\x81\x05Hello"), "");
    EXPECT_TRUE(unmasked.is_over());
    websocket_echo endless;
    EXPECT_EQ(endless.take("\x82\xff\0\0\0\x10\0\0\0\0\0\0\0\0"s), "");
    EXPECT_TRUE(endless.is_over());
}

}  // namespace
}  // namespace stormdrain
