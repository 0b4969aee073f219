#include "harness/net/tls13/record_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stormdrain::tls13 {
namespace {

using namespace std::string_literals;

byte_string record_of(content_type type, std::string_view body) {
    byte_string record;
    append(record, record_header(type, body.size()));
    append(record, as_bytes(body));
    return record;
}

// "22:hello 21:!! " for a handshake record and an alert.
std::string read_in_pieces(const byte_string& stream, std::size_t piece_bytes) {
    record_reader reader;
    std::string seen;
    for (std::size_t at = 0; at < stream.size(); at += piece_bytes) {
        const std::size_t bytes = std::min(piece_bytes, stream.size() - at);
        const byte_string piece(byte_view(stream).subspan(at, bytes).begin(),
                                byte_view(stream).subspan(at, bytes).end());
        reader.feed(piece);
        for (auto next = reader.next(); next && *next; next = reader.next()) {
            const record& one = **next;
            seen += std::to_string(static_cast<int>(one.type)) + ":" +
                    std::string(as_text(one.body)) + " ";
            EXPECT_EQ(one.header.size(), record_header_bytes);
        }
    }
    return seen;
}

TEST(RecordReader, FindsRecordsHoweverTheyAreCut) {
    byte_string stream = record_of(content_type::handshake, "hello");
    append(stream, record_of(content_type::alert, "!!"));
    append(stream, record_of(content_type::application_data, ""));
    append(stream, record_of(content_type::application_data, std::string(300, 'x')));
    append(stream, byte_string{22, 3, 3});
    const std::string all = "22:hello 21:!! 23: 23:" + std::string(300, 'x') + " ";
    for (std::size_t piece_bytes = 1; piece_bytes <= stream.size(); ++piece_bytes) {
        EXPECT_EQ(read_in_pieces(stream, piece_bytes), all) << piece_bytes;
    }
}

TEST(RecordReader, LooksAtNoVersion) {
    byte_string stream = record_of(content_type::handshake, "hello");
    stream[1] = 9;
    EXPECT_EQ(read_in_pieces(stream, 3), "22:hello ");
}

TEST(RecordReader, RefusesWhatIsNoRecordAsSoonAsItsHeaderIsThere) {
    struct wrong {
        byte_string header;
        failure why;
    };
    for (const wrong& one : {wrong{{24, 3, 3, 0, 1}, failure::unknown_record_type},
                             wrong{{0, 3, 3, 0, 1}, failure::unknown_record_type},
                             wrong{{'H', 'T', 'T', 'P', '/'}, failure::unknown_record_type},
                             wrong{{22, 3, 3, 0x40, 1}, failure::record_too_long},
                             wrong{{23, 3, 3, 0x41, 1}, failure::record_too_long}}) {
        record_reader whole;
        whole.feed(one.header);
        EXPECT_EQ(whole.next().error(), one.why);
        record_reader cut;
        cut.feed(byte_view(one.header).first(2));
        EXPECT_FALSE(*cut.next());
        cut.feed(byte_view(one.header).subspan(2));
        EXPECT_EQ(cut.next().error(), one.why);
    }
}

TEST(RecordReader, TakesTheLongestRecordsThereMayBe) {
    EXPECT_FALSE(
        read_in_pieces(
            record_of(content_type::application_data, std::string(protected_bytes_max, 'x')), 9'000)
            .empty());
    EXPECT_FALSE(
        read_in_pieces(record_of(content_type::handshake, std::string(record_text_bytes_max, 'x')),
                       9'000)
            .empty());
}

}  // namespace
}  // namespace stormdrain::tls13
