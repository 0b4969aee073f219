#include "harness/net/tls13/failure_code.hpp"

#include <gtest/gtest.h>

namespace stormdrain::tls13 {
namespace {

TEST(Tls13FailureCode, SaysWhatFailed) {
    EXPECT_FALSE(failure_code(failure::none));
    EXPECT_EQ(failure_code(failure::another_version).message(), to_text(failure::another_version));
    EXPECT_NE(failure_code(failure::another_version), failure_code(failure::signature_wrong));
}

TEST(Tls13FailureCode, SaysWhichAlertTheServerSent) {
    EXPECT_EQ(failure_code(failure::alert_received, alert::protocol_version).message(),
              "the server sent an alert: 70, protocol version");
    // One that nobody has given a name.
    EXPECT_EQ(failure_code(failure::alert_received, static_cast<alert>(250)).message(),
              "the server sent an alert: 250");
    EXPECT_EQ(failure_code(failure::alert_received).message(), to_text(failure::alert_received));
}

}  // namespace
}  // namespace stormdrain::tls13
