#include "servers/reference/body_decoder.hpp"

#include <gmock/gmock.h>

#include <string>

namespace reference {
namespace {

constexpr std::uint64_t unlimited = 1'000'000;

struct decoded {
    body_state state = body_state::incomplete;
    std::string payload;
    std::string rest;
};

// Feeds `text` in pieces of `piece_bytes`, as the network might.
decoded decode(body_decoder decoder, const std::string& text, std::size_t piece_bytes) {
    decoded result;
    for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
        result.rest += text.substr(at, piece_bytes);
        body_piece piece;
        do {
            piece = decoder.decode(result.rest);
            result.state = piece.state;
            result.payload += piece.payload;
            result.rest.erase(0, piece.consumed);
        } while (piece.consumed > 0 && piece.state == body_state::incomplete);
        if (result.state != body_state::incomplete) {
            result.rest += text.substr(std::min(at + piece_bytes, text.size()));
            break;
        }
    }
    return result;
}

request_head with_length(std::uint64_t bytes) {
    return {.method = {}, .path = {}, .content_length = bytes};
}
request_head with_chunks() {
    return {.method = {}, .path = {}, .content_length = {}, .chunked = true};
}

TEST(BodyDecoder, TakesItsLengthAndLeavesTheNextRequest) {
    const std::string text = "helloGET /";
    for (std::size_t piece_bytes = 1; piece_bytes <= text.size(); ++piece_bytes) {
        const decoded got = decode(body_decoder(with_length(5), unlimited), text, piece_bytes);
        EXPECT_EQ(got.state, body_state::complete);
        EXPECT_EQ(got.payload, "hello");
        EXPECT_EQ(got.rest, "GET /");
    }
}

TEST(BodyDecoder, JoinsChunksHoweverTheyArrive) {
    const std::string text =
        "5;name=value\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET /";
    for (std::size_t piece_bytes = 1; piece_bytes <= text.size(); ++piece_bytes) {
        const decoded got = decode(body_decoder(with_chunks(), unlimited), text, piece_bytes);
        EXPECT_EQ(got.state, body_state::complete) << piece_bytes;
        EXPECT_EQ(got.payload, "hello0123456789") << piece_bytes;
        EXPECT_EQ(got.rest, "GET /") << piece_bytes;
    }
}

TEST(BodyDecoder, RefusesBadChunks) {
    for (const char* text : {"x\r\n", "\r\n", "5 5\r\nhelloX", "5\r\nhelloXX", "-1\r\n",
                             "11111111111111111\r\n", "5\nhello\r\n"}) {
        const decoded got = decode(body_decoder(with_chunks(), unlimited), text, 100);
        EXPECT_EQ(got.state, body_state::malformed) << text;
    }
    const std::string endless_line(2000, '1');
    EXPECT_EQ(decode(body_decoder(with_chunks(), unlimited), endless_line, 100).state,
              body_state::malformed);
    const std::string endless_trailer = "0\r\n" + std::string(10'000, 'a');
    EXPECT_EQ(decode(body_decoder(with_chunks(), unlimited), endless_trailer, 100).state,
              body_state::malformed);
}

TEST(BodyDecoder, EnforcesTheLimitOverAllChunks) {
    const std::string text = "5\r\nhello\r\n6\r\nworld!\r\n0\r\n\r\n";
    EXPECT_EQ(decode(body_decoder(with_chunks(), 11), text, 100).state, body_state::complete);
    EXPECT_EQ(decode(body_decoder(with_chunks(), 10), text, 100).state, body_state::too_large);
    EXPECT_EQ(decode(body_decoder(with_length(6), 5), "world!", 100).state, body_state::too_large);
}

}  // namespace
}  // namespace reference
