#include "harness/checks/rules/deferred_accept.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

fault_record undelivered(strike_point point) {
    fault_record fault;
    fault.kind = "silent_connection";
    fault.point = to_text(point);
    fault.planned_count = 3;
    return fault;
}

TEST(DeferredAccept, KeepsConnectionsWithoutAByteFromTheServer) {
    running_contract promised;
    EXPECT_FALSE(is_deferred(undelivered(strike_point::connect), promised));
    promised.defer_accept = true;
    EXPECT_TRUE(is_deferred(undelivered(strike_point::connect), promised));
    fault_record handshake = undelivered(strike_point::handshake);
    EXPECT_FALSE(is_deferred(handshake, promised));
    handshake.held_back_count = handshake.planned_count;
    EXPECT_TRUE(is_deferred(handshake, promised)) << "not a byte of it was sent";
    fault_record delivered = undelivered(strike_point::connect);
    delivered.delivered_count = 1;
    EXPECT_FALSE(is_deferred(delivered, promised));
}

}  // namespace
}  // namespace stormdrain::rules
