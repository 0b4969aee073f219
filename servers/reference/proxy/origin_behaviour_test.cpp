// Which recorded connection may carry which request.

#include "servers/reference/proxy/origin_behaviour.hpp"

#include <gtest/gtest.h>

namespace reference::proxy {
namespace {

const origin_identity a = {.host = "a.test", .sni = "a.test"};
const origin_identity b = {.host = "b.test", .sni = "b.test"};
const origin_identity first_address = {.host = "10.0.0.1", .sni = {}};
const origin_identity second_address = {.host = "10.0.0.2", .sni = {}};
constexpr auto all_rules = {match_rule::host, match_rule::sni, match_rule::both};

TEST(OriginBehaviour, SharesAConnectionOnlyAmongRequestsForWhatItWasMadeFor) {
    const origin_behaviour correct;
    for (const match_rule rule : all_rules) {
        EXPECT_TRUE(correct.matches(rule, correct.on_record(a), a));
        EXPECT_FALSE(correct.matches(rule, correct.on_record(a), b));
    }
}

// Apache Traffic Server never reuses these with match=sni (apache/trafficserver#13548).
TEST(OriginBehaviour, SharesConnectionsWithoutSniByTheirAddress) {
    const origin_behaviour correct;
    for (const match_rule rule : all_rules) {
        EXPECT_TRUE(correct.matches(rule, first_address, first_address));
        EXPECT_FALSE(correct.matches(rule, first_address, second_address));
        EXPECT_FALSE(correct.matches(rule, a, first_address));
    }
}

}  // namespace
}  // namespace reference::proxy
