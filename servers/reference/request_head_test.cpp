#include "servers/reference/request_head.hpp"

#include <gmock/gmock.h>

#include <string>

namespace reference {
namespace {

head_result parse(const std::string& text) {
    return parse_head(text, head_limits{});
}

TEST(RequestHead, IsIncompleteAtEveryCutAndTakesNoByteTooMany) {
    const std::string whole =
        "POST /echo?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: Close\r\n\r\n";
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
        EXPECT_EQ(parse(whole.substr(0, bytes)).state, head_state::incomplete) << bytes;
    }
    const head_result result = parse(whole + "hello");
    ASSERT_EQ(result.state, head_state::complete);
    EXPECT_EQ(result.bytes, whole.size());
    const request_head expected = {.method = "POST",
                                   .path = "/echo",
                                   .minor_version = 1,
                                   .content_length = 5,
                                   .chunked = false,
                                   .keep_alive = false,
                                   .expects_continue = false};
    EXPECT_EQ(result.head, expected);
}

TEST(RequestHead, KnowsHowLongTheConnectionLives) {
    const auto keeps = [](const std::string& rest) {
        return parse("GET / HTTP/1." + rest).head.keep_alive;
    };
    EXPECT_TRUE(keeps("1\r\nHost: a\r\n\r\n"));
    EXPECT_FALSE(keeps("1\r\nHost: a\r\nConnection: te, close\r\n\r\n"));
    EXPECT_FALSE(keeps("0\r\n\r\n"));
    EXPECT_TRUE(keeps("0\r\nConnection: keep-alive\r\n\r\n"));
}

// RFC 9110 7.8
TEST(RequestHead, AsksForAnUpgradeOnlyWhereConnectionSaysSo) {
    const auto upgrade = [](const std::string& rest) {
        return parse("GET / HTTP/1." + rest).head.upgrade;
    };
    EXPECT_EQ(upgrade("1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\n"),
              "echo");
    EXPECT_EQ(upgrade("1\r\nHost: a\r\nUpgrade: echo\r\n\r\n"), "");
    EXPECT_EQ(upgrade("0\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n"), "");
}

TEST(RequestHead, IgnoresEmptyLinesBeforeIt) {
    const std::string text = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    EXPECT_EQ(parse(text).bytes, text.size());
}

TEST(RequestHead, FindsThePathInAnAbsoluteTarget) {
    EXPECT_EQ(parse("GET http://h:1/a?b HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "/a");
    EXPECT_EQ(parse("GET HTTP://h HTTP/1.1\r\nHost: h\r\n\r\n").head.path, "/");
}

struct bad_head {
    std::string text;
    int status;
};

class RejectedHead : public ::testing::TestWithParam<bad_head> {};

TEST_P(RejectedHead, IsAnsweredWithItsStatus) {
    const head_result result = parse(GetParam().text);
    EXPECT_EQ(result.state, head_state::rejected) << GetParam().text;
    EXPECT_EQ(result.status, GetParam().status) << GetParam().text;
}

const std::string start = "GET / HTTP/1.1\r\nHost: a\r\n";

INSTANTIATE_TEST_SUITE_P(
    All, RejectedHead,
    ::testing::Values(
        bad_head{"\x16\x03\x01", 400}, bad_head{"GET / HTTP/1.1\nHost: a\n\n", 400},
        bad_head{"GET / HTTP/1.1\r\n\r\n", 400}, bad_head{start + "Host: b\r\n\r\n", 400},
        bad_head{"GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        bad_head{"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        bad_head{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        bad_head{"GET / nonsense\r\nHost: a\r\n\r\n", 400},
        bad_head{start + "Name : space before the colon\r\n\r\n", 400},
        bad_head{start + " folded\r\n\r\n", 400}, bad_head{start + "X: a\rb\r\n\r\n", 400},
        bad_head{start + "Content-Length: -1\r\n\r\n", 400},
        bad_head{start + "Content-Length: 1, 1\r\n\r\n", 400},
        bad_head{start + "Content-Length: 99999999999999999999\r\n\r\n", 400},
        bad_head{start + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
        bad_head{start + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        bad_head{start + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        bad_head{"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        bad_head{start + "Expect: tea\r\n\r\n", 417},
        bad_head{"GET /" + std::string(20'000, 'a'), 414},
        bad_head{start + "X: " + std::string(20'000, 'a'), 431},
        bad_head{start + "X: " + std::string(20'000, 'a') + "\r\n\r\n", 431}));

TEST(RequestHead, HasABoundedNumberOfFields) {
    std::string text = start;
    for (int i = 0; i < 101; ++i) {
        text += "X: y\r\n";
    }
    EXPECT_EQ(parse(text + "\r\n").status, 431);
}

}  // namespace
}  // namespace reference
