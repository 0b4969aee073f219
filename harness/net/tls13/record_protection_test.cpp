#include "harness/net/tls13/record_protection.hpp"

#include "harness/net/tls13/rfc8448_trace.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stormdrain::tls13 {
namespace {

using rfc8448::from_hex;

class RecordProtection : public testing::Test {
protected:
    RecordProtection() {
        sealer_.change_key(*all_.suite(0x1301), secret_);
        opener_.change_key(*all_.suite(0x1301), secret_);
    }

    boost::system::result<content_type, failure> open(byte_view record) {
        return opener_.open(record.first(record_header_bytes), record.subspan(record_header_bytes),
                            text_);
    }

    algorithms all_;
    short_bytes secret_{from_hex(rfc8448::client_application_secret)};
    record_sealer sealer_;
    record_opener opener_;
    byte_string record_;
    byte_string text_;
};

TEST_F(RecordProtection, SealsTheRecordsOfTheTrace) {
    sealer_.seal(content_type::application_data, from_hex(rfc8448::application_data), record_);
    EXPECT_EQ(record_, from_hex(rfc8448::client_data_record));
    record_.clear();
    sealer_.seal(content_type::alert, byte_string{1, 0}, record_);
    EXPECT_EQ(record_, from_hex(rfc8448::client_close_notify_record));
}

TEST_F(RecordProtection, OpensTheRecordsOfTheTrace) {
    EXPECT_EQ(*open(from_hex(rfc8448::client_data_record)), content_type::application_data);
    EXPECT_EQ(text_, from_hex(rfc8448::application_data));
    EXPECT_EQ(*open(from_hex(rfc8448::client_close_notify_record)), content_type::alert);
    EXPECT_EQ(text_.size(), 52U) << "appended";
}

TEST_F(RecordProtection, SealsWhatItOpensWithEverySuiteSizeAndPadding) {
    for (const cipher_suite& suite : all_.suites()) {
        const short_bytes secret = short_bytes::zeros(suite.hash->bytes());
        sealer_.change_key(suite, secret);
        opener_.change_key(suite, secret);
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{15},
                                       std::size_t{16}, std::size_t{17}, record_text_bytes_max}) {
            for (const std::size_t padding : {std::size_t{0}, record_text_bytes_max - size}) {
                const byte_string text(size, 'x');
                record_.clear();
                text_.clear();
                sealer_.seal(content_type::application_data, text, record_, padding);
                EXPECT_EQ(record_.size(), record_header_bytes + size + 1 + padding + 16);
                ASSERT_TRUE(open(record_)) << suite.name << ' ' << size << ' ' << padding;
                EXPECT_EQ(text_, text);
            }
        }
    }
}

TEST_F(RecordProtection, OpensNothingThatWasTouched) {
    const byte_string whole = from_hex(rfc8448::client_data_record);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        byte_string touched = whole;
        touched[at] ^= 1;
        opener_.change_key(*all_.suite(0x1301), secret_);  // the first record again
        const auto type = open(touched);
        ASSERT_FALSE(type) << at;
        EXPECT_EQ(type.error(), failure::record_not_authentic);
        EXPECT_TRUE(text_.empty()) << "nothing of it may be seen";
    }
}

TEST_F(RecordProtection, OpensNothingOutOfItsTurn) {
    sealer_.seal(content_type::application_data, as_bytes("one"), record_);
    record_.clear();
    sealer_.seal(content_type::application_data, as_bytes("two"), record_);
    EXPECT_EQ(open(record_).error(), failure::record_not_authentic);
}

TEST_F(RecordProtection, NamesWhatIsWrongWithARecord) {
    EXPECT_EQ(open(byte_string(record_header_bytes + 16)).error(), failure::record_too_short);
    EXPECT_EQ(open(byte_string(record_header_bytes + 16 + record_text_bytes_max + 2)).error(),
              failure::record_too_long);
    // Of type zero, and nothing else: all of it is padding.
    sealer_.seal(content_type::invalid, byte_string(3, 0), record_);
    EXPECT_EQ(open(record_).error(), failure::record_without_type);
    EXPECT_THROW(sealer_.seal(content_type::alert, byte_string(record_text_bytes_max + 1), record_),
                 std::length_error);
}

}  // namespace
}  // namespace stormdrain::tls13
