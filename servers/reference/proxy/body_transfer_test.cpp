// How a body is framed anew, piece by piece.

#include "servers/reference/proxy/body_transfer.hpp"

#include <gmock/gmock.h>

#include <string>

namespace reference::proxy {
namespace {

// What comes out when `text` arrives byte by byte. Fails unless it ends in `last`.
std::string transferred(const body_route& route, const std::string& text, body_state last) {
    body_transfer body(route);
    std::string input;
    std::string output;
    body_state state = body.take(input, output);
    for (std::size_t i = 0; i < text.size() && state == body_state::incomplete; ++i) {
        input += text[i];
        state = body.take(input, output);
    }
    EXPECT_EQ(state, last) << text;
    return output;
}

TEST(BodyTransfer, EndsAtTheLength) {
    const body_route route = {
        .from = body_form::length, .content_length = 4, .to = body_form::length};
    EXPECT_EQ(transferred(route, "bodynext", body_state::complete), "body");
    EXPECT_EQ(transferred(route, "bod", body_state::incomplete), "bod");
}

TEST(BodyTransfer, LeavesWhatFollowsInTheInput) {
    const body_route route = {
        .from = body_form::chunked, .content_length = 0, .to = body_form::chunked};
    body_transfer body(route);
    std::string input = "A;x=y\r\n0123456789\r\n0\r\nX: y\r\n\r\nnext";
    std::string output;
    EXPECT_EQ(body.take(input, output), body_state::complete);
    EXPECT_EQ(output, "a\r\n0123456789\r\n0\r\n\r\n");
    EXPECT_EQ(input, "next");
}

TEST(BodyTransfer, HasNothingToDoWithoutABody) {
    std::string input = "next";
    std::string output;
    EXPECT_EQ(body_transfer({}).take(input, output), body_state::complete);
    EXPECT_EQ(input, "next");
    EXPECT_EQ(output, "");
}

TEST(BodyTransfer, UndoesChunks) {
    const body_route route = {
        .from = body_form::chunked, .content_length = 0, .to = body_form::until_close};
    EXPECT_EQ(transferred(route, "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", body_state::complete), "abc");
}

// The last chunk is what says that the body is whole.
TEST(BodyTransfer, WritesTheLastChunkOnlyOfAWholeBody) {
    const body_route chunks = {
        .from = body_form::chunked, .content_length = 0, .to = body_form::chunked};
    EXPECT_EQ(transferred(chunks, "2\r\na", body_state::incomplete), "1\r\na\r\n");
    EXPECT_EQ(transferred(chunks, "x", body_state::incomplete), "");
    EXPECT_EQ(transferred(chunks, "x\r\n", body_state::malformed), "");
    std::string output;
    EXPECT_FALSE(body_transfer(chunks).end(output));
    EXPECT_EQ(output, "");
}

TEST(BodyTransfer, TakesTheEndOfTheConnectionForTheBodysWhereNothingElseSaysIt) {
    body_transfer body({.from = body_form::until_close, .to = body_form::chunked});
    std::string input = "abc";
    std::string output;
    EXPECT_EQ(body.take(input, output), body_state::incomplete);
    EXPECT_TRUE(body.end(output));
    EXPECT_EQ(output, "3\r\nabc\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace reference::proxy
