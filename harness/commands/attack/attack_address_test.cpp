#include "harness/commands/attack/attack_address.hpp"

#include "harness/config/invocation.hpp"

#include <gmock/gmock.h>

#include <string>

namespace stormdrain {
namespace {

std::string address_in(std::string_view url) {
    return to_text(place_of(address_of_url(read_attack_url(url))));
}

TEST(AttackAddress, IsOfWhatTheUrlNames) {
    EXPECT_EQ(address_in("http://127.0.0.1:8080/"), "127.0.0.1:8080");
    EXPECT_EQ(address_in("http://[::1]:81/"), "[::1]:81");
    EXPECT_EQ(address_in("unix:/run/app.sock:/path"), "/run/app.sock");
}

TEST(AttackAddress, IsNotThere) {
    EXPECT_THROW(address_in("unix:/" + std::string(200, 'x')), usage_error);
    EXPECT_THROW(address_in("http://name.invalid/"), usage_error);
}

}  // namespace
}  // namespace stormdrain
