#include "harness/net/tls13/failure.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stormdrain::tls13 {
namespace {

TEST(Tls13Failure, EachHasASentenceOfItsOwn) {
    std::set<std::string_view> sentences;
    const auto last = static_cast<unsigned>(failure::alert_received);
    for (unsigned number = 0; number <= last; ++number) {
        const std::string_view text = to_text(static_cast<failure>(number));
        EXPECT_FALSE(text.empty()) << number;
        EXPECT_TRUE(sentences.insert(text).second) << text;
    }
}

TEST(Tls13Failure, IsToldByTheAlertThatTheRfcNames) {
    EXPECT_EQ(alert_for(failure::record_not_authentic), alert::bad_record_mac);  // section 5.2
    EXPECT_EQ(alert_for(failure::record_too_long), alert::record_overflow);      // section 5.2
    EXPECT_EQ(alert_for(failure::finished_wrong), alert::decrypt_error);         // section 4.4.4
    EXPECT_EQ(alert_for(failure::another_version), alert::protocol_version);     // appendix D
    EXPECT_EQ(alert_for(failure::extension_not_offered), alert::unsupported_extension);
    EXPECT_EQ(alert_for(failure::malformed_finished), alert::decode_error);
}

}  // namespace
}  // namespace stormdrain::tls13
