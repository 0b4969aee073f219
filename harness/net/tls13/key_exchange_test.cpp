#include "harness/net/tls13/key_exchange.hpp"

#include "harness/net/tls13/rfc8448_trace.hpp"

#include <gtest/gtest.h>

namespace stormdrain::tls13 {
namespace {

using rfc8448::from_hex;

TEST(KeyExchange, AgreesOnTheSecretOfTheTrace) {
    const key_pair ours = key_exchange::of_private_key(from_hex(rfc8448::client_private_key));
    EXPECT_TRUE(are_equal(ours.public_key, from_hex(rfc8448::client_public_key)));
    const auto secret = key_exchange::agree(ours, from_hex(rfc8448::server_public_key));
    ASSERT_TRUE(secret);
    EXPECT_TRUE(are_equal(*secret, from_hex(rfc8448::shared_secret)));
}

TEST(KeyExchange, BothSidesAgreeAndNoPairComesTwice) {
    key_exchange keys;
    const key_pair one = keys.generate();
    const key_pair other = keys.generate();
    EXPECT_NE(one.public_key, other.public_key);
    const auto here = key_exchange::agree(one, other.public_key);
    ASSERT_TRUE(here);
    EXPECT_EQ(here, key_exchange::agree(other, one.public_key));
}

TEST(KeyExchange, RefusesKeysThatMakeNoSecret) {
    key_exchange keys;
    const key_pair ours = keys.generate();
    EXPECT_FALSE(key_exchange::agree(ours, byte_string(32, 0)));
    EXPECT_FALSE(key_exchange::agree(ours, byte_string(31, 9)));
    EXPECT_FALSE(key_exchange::agree(ours, byte_string(33, 9)));
    EXPECT_FALSE(key_exchange::agree(ours, {}));
}

}  // namespace
}  // namespace stormdrain::tls13
