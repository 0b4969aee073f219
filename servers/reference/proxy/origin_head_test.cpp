// How an origin's response head is read, and written for the client.

#include "servers/reference/proxy/origin_head.hpp"

#include <gmock/gmock.h>

#include <string>

namespace reference::proxy {
namespace {

origin_head read(const std::string& text) {
    const origin_head_result result = parse_origin_head(text + "\r\n\r\nnext");
    EXPECT_EQ(result.state, head_state::complete) << text;
    EXPECT_EQ(result.bytes, text.size() + 4);
    return result.head;
}

TEST(OriginHead, IsReadWhole) {
    const origin_head head =
        read("HTTP/1.1 404 Not Here\r\nContent-Length: 7\r\nX-Other:  1 \r\nKeep-Alive: 5");
    EXPECT_EQ(head.status, 404);
    EXPECT_EQ(head.reason, "Not Here");
    EXPECT_EQ(head.content_length, 7U);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_EQ(head.fields, "X-Other: 1\r\n");
    EXPECT_EQ(read("HTTP/1.1 200").reason, "");
}

TEST(OriginHead, KeepsItsConnectionUnlessItSaysOtherwise) {
    EXPECT_FALSE(read("HTTP/1.0 200 OK").keep_alive);
    EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nConnection: x, Close").keep_alive);
    EXPECT_TRUE(read("HTTP/1.1 200 OK\r\nConnection: x").keep_alive);
}

TEST(OriginHead, IsAwaitedWhileItMayStillBecomeOne) {
    for (const std::string begun : {"", "HTT", "HTTP/1.1 200 OK\r\nX: y\r\n"}) {
        EXPECT_EQ(parse_origin_head(begun).state, head_state::incomplete) << begun;
    }
}

TEST(OriginHead, IsRejectedWhenItsBodyHasNoEndOrTwo) {
    for (const std::string fields : {"Content-Length: 1\r\nContent-Length: 1", "Content-Length: -1",
                                     "Content-Length:", "Transfer-Encoding: gzip, chunked",
                                     "Content-Length: 1\r\nTransfer-Encoding: chunked",
                                     "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"}) {
        EXPECT_EQ(parse_origin_head("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n").state,
                  head_state::rejected)
            << fields;
    }
}

TEST(OriginHead, IsRejectedWhenItIsNone) {
    for (const std::string text :
         {"0123456789abcdef", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
          "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nX y: 1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n"}) {
        EXPECT_EQ(parse_origin_head(text).state, head_state::rejected) << text;
    }
    EXPECT_EQ(parse_origin_head("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x')).state,
              head_state::rejected);
}

TEST(OriginHead, SaysHowItsBodyEnds) {
    const origin_head plain = read("HTTP/1.1 200 OK");
    const origin_head sized = read("HTTP/1.1 200 OK\r\nContent-Length: 1");
    const origin_head chunked = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked");
    EXPECT_EQ(form_from_origin(plain, "GET"), body_form::until_close);
    EXPECT_EQ(form_from_origin(sized, "GET"), body_form::length);
    EXPECT_EQ(form_from_origin(chunked, "GET"), body_form::chunked);
    EXPECT_EQ(form_from_origin(chunked, "HEAD"), body_form::none);
    EXPECT_EQ(form_from_origin(read("HTTP/1.1 304 Same\r\nContent-Length: 9"), "GET"),
              body_form::none);
    EXPECT_EQ(form_from_origin(read("HTTP/1.1 204 None"), "GET"), body_form::none);
}

TEST(OriginHead, GivesTheClientABodyThatItsVersionKnows) {
    EXPECT_EQ(form_for_client(body_form::until_close, 1), body_form::chunked);
    EXPECT_EQ(form_for_client(body_form::chunked, 1), body_form::chunked);
    EXPECT_EQ(form_for_client(body_form::chunked, 0), body_form::until_close);
    EXPECT_EQ(form_for_client(body_form::length, 0), body_form::length);
    EXPECT_EQ(form_for_client(body_form::none, 0), body_form::none);
}

TEST(OriginHead, TellsTheClientWhetherItsConnectionGoesOn) {
    const origin_head head = read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close");
    const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nVia: 1.1 stormdrain\r\n";
    forwarded_head written = {.origin = head, .body = body_form::length};
    EXPECT_EQ(to_text(written), begin + "\r\n");
    written.minor_version = 0;
    EXPECT_EQ(to_text(written), begin + "Connection: keep-alive\r\n\r\n");
    written.is_last = true;
    EXPECT_EQ(to_text(written), begin + "Connection: close\r\n\r\n");
}

}  // namespace
}  // namespace reference::proxy
