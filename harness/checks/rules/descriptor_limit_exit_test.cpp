#include "harness/checks/rules/descriptor_limit_exit.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
fault_record struck(since_start when) {
    fault_record fault;
    fault.kind = "descriptor_limit";
    injection& one = fault.injections.emplace_back();
    one.delivered = true;
    one.struck = when;
    return fault;
}

TEST(DescriptorLimitExit, IsLegalWhereItIsPromised) {
    running_contract promised;
    EXPECT_FALSE(is_exit_at_limit(struck(1s), 2s, promised));
    promised.at_descriptor_limit = descriptor_limit_promise::pause;
    EXPECT_FALSE(is_exit_at_limit(struck(1s), 2s, promised));
    promised.at_descriptor_limit = descriptor_limit_promise::exit;
    EXPECT_TRUE(is_exit_at_limit(struck(1s), 2s, promised));
    EXPECT_TRUE(is_exit_at_limit(struck(2s), 2s, promised));
    EXPECT_FALSE(is_exit_at_limit(struck(2s + 1us), 2s, promised)) << "it had ended before";
    EXPECT_FALSE(is_exit_at_limit(struck(1s), {}, promised));
}

TEST(DescriptorLimitExit, NeedsThatFault) {
    running_contract promised;
    promised.at_descriptor_limit = descriptor_limit_promise::exit;
    fault_record other = struck(1s);
    other.kind = "pause_server";
    EXPECT_FALSE(is_exit_at_limit(other, 2s, promised));
    fault_record undelivered = struck(1s);
    undelivered.injections.front().delivered = false;
    EXPECT_FALSE(is_exit_at_limit(undelivered, 2s, promised));
}

}  // namespace
}  // namespace stormdrain::rules
