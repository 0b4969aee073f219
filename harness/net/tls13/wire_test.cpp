#include "harness/net/tls13/wire.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stormdrain::tls13 {
namespace {

TEST(WireReader, ReadsNumbersInNetworkOrderAndVectorsBehindTheirLengths) {
    const byte_string bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 'a', 'b', 0, 1, 'c', 0, 0, 1, 'd'};
    wire_reader reader(bytes);
    EXPECT_EQ(reader.u8(), 1);
    EXPECT_EQ(reader.u16(), 0x0203);
    EXPECT_EQ(reader.u24(), 0x040506U);
    EXPECT_EQ(reader.u32(), 0x0708090aU);
    EXPECT_EQ(as_text(reader.vector8()), "ab");
    EXPECT_EQ(as_text(reader.vector16()), "c");
    EXPECT_TRUE(reader.has_more());
    EXPECT_FALSE(reader.is_spent());
    EXPECT_EQ(as_text(reader.vector24()), "d");
    EXPECT_FALSE(reader.has_more());
    EXPECT_TRUE(reader.is_spent());
}

TEST(WireReader, RemembersThatAReadWouldHavePassedTheEnd) {
    const byte_string bytes{3, 'a', 'b'};
    wire_reader reader(bytes);
    EXPECT_TRUE(reader.vector8().empty());
    EXPECT_FALSE(reader.has_more());
    EXPECT_EQ(reader.u8(), 0) << "also where a byte would still be";
    EXPECT_FALSE(reader.is_spent());
}

TEST(WireWriter, WritesWhatTheReaderReads) {
    wire_writer writer;
    writer.u8(1);
    writer.u16(0x0203);
    writer.u32(0x04050607);
    writer.vector(3, [&] {
        writer.vector8(as_bytes("ab"));
        writer.vector16(as_bytes("c"));
    });
    EXPECT_EQ(writer.size(), 16U);
    EXPECT_EQ(writer.take(), (byte_string{1, 2, 3, 4, 5, 6, 7, 0, 0, 6, 2, 'a', 'b', 0, 1, 'c'}));
}

TEST(WireWriter, RefusesAVectorThatItsLengthCannotSay) {
    wire_writer writer;
    EXPECT_THROW(writer.vector8(byte_string(256)), std::length_error);
}

}  // namespace
}  // namespace stormdrain::tls13
