#include "harness/net/tls13/handshake_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stormdrain::tls13 {
namespace {

byte_string message_of(message_type type, std::string_view body) {
    wire_writer writer;
    writer.u8(static_cast<std::uint8_t>(type));
    writer.vector(3, [&] { writer.bytes(as_bytes(body)); });
    return writer.take();
}

TEST(HandshakeReader, FindsMessagesHoweverTheyAreCut) {
    byte_string stream = message_of(message_type::encrypted_extensions, "one");
    append(stream, message_of(message_type::finished, ""));
    append(stream, message_of(message_type::certificate, std::string(300, 'x')));
    for (std::size_t piece_bytes = 1; piece_bytes <= stream.size(); ++piece_bytes) {
        handshake_reader reader;
        std::string seen;
        for (std::size_t at = 0; at < stream.size(); at += piece_bytes) {
            const byte_view piece =
                byte_view(stream).subspan(at, std::min(piece_bytes, stream.size() - at));
            reader.feed(piece);
            for (auto next = reader.next(); next && *next; next = reader.next()) {
                seen += std::to_string(static_cast<int>((*next)->type)) + ":" +
                        std::to_string((*next)->body.size()) + " ";
                EXPECT_EQ((*next)->whole.size(), (*next)->body.size() + 4);
            }
        }
        EXPECT_EQ(seen, "8:3 20:0 11:300 ") << piece_bytes;
        EXPECT_FALSE(reader.is_amid_message());
    }
}

TEST(HandshakeReader, KnowsThatItIsAmidAMessage) {
    const byte_string message = message_of(message_type::finished, "0123");
    byte_string two = message;
    two.push_back(0);
    handshake_reader reader;
    EXPECT_FALSE(reader.is_amid_message());
    reader.feed(two);
    EXPECT_TRUE(*reader.next());
    EXPECT_TRUE(reader.is_amid_message()) << "another one follows";
    EXPECT_FALSE(*reader.next());
    EXPECT_TRUE(reader.is_amid_message());
}

TEST(HandshakeReader, RefusesAMessageThatNobodyNeeds) {
    const byte_string header{11, 0x02, 0, 0};  // 128 KiB and the header
    handshake_reader reader;
    reader.feed(header);
    EXPECT_EQ(reader.next().error(), failure::message_too_long);
}

}  // namespace
}  // namespace stormdrain::tls13
