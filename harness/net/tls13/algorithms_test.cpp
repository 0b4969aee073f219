#include "harness/net/tls13/algorithms.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/net/tls13/rfc8448_trace.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stormdrain::tls13 {
namespace {

using rfc8448::from_hex;

TEST(Tls13Algorithms, HashAndAuthenticateWithOneContextAgainAndAgain) {
    algorithms all;
    for (int times = 0; times < 2; ++times) {
        // FIPS 180-4's "abc", and RFC 4231 section 4.3.
        EXPECT_EQ(all.sha256().hash(as_bytes("abc")).view().front(), 0xba);
        EXPECT_EQ(all.sha256().hmac(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")),
                  short_bytes(from_hex("5bdcc146bf60754e6a042426089575c7"
                                       "5a003f089d2739839dec58b964ec3843")));
        EXPECT_EQ(all.sha384().hash({}).size(), 48U);
        EXPECT_EQ(all.sha512().hash({}).size(), 64U);
    }
}

TEST(Tls13Algorithms, HaveTheSuitesOfTheRfc) {
    const algorithms all;
    ASSERT_NE(all.suite(0x1301), nullptr);
    EXPECT_EQ(all.suite(0x1301)->key_bytes, 16U);
    EXPECT_EQ(all.suite(0x1302)->hash->bytes(), 48U);
    EXPECT_EQ(all.suite(0x1303)->name, "TLS_CHACHA20_POLY1305_SHA256");
    EXPECT_EQ(all.suite(0x1304), nullptr);  // AES-CCM
}

TEST(Tls13Algorithms, ATranscriptCanBeAskedAmidIt) {
    algorithms all;
    transcript messages(all.sha256());
    messages.add(from_hex(rfc8448::client_hello));
    messages.add(from_hex(rfc8448::server_hello));
    EXPECT_EQ(messages.hash(), short_bytes(from_hex(rfc8448::hello_hash)));
    EXPECT_EQ(messages.hash(), short_bytes(from_hex(rfc8448::hello_hash)));
    messages.add(as_bytes("more"));
    EXPECT_FALSE(messages.hash() == short_bytes(from_hex(rfc8448::hello_hash)));
}

TEST(Tls13Algorithms, RefuseWhatIsLongerThanAHash) {
    EXPECT_THROW(short_bytes(byte_string(65)), std::length_error);
    EXPECT_THROW(hash_algorithm("no such hash"), environment_error);
}

}  // namespace
}  // namespace stormdrain::tls13
