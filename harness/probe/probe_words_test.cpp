#include "harness/probe/probe_words.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(ProbeWords, AreThoseOfTargetFiles) {
    EXPECT_EQ(json_of(in_flight_promise::truncate), "\"truncate\"");
    EXPECT_EQ(json_of(listener_promise::lame_duck), "\"lame_duck\"");
    EXPECT_EQ(json_of(half_close_promise::respond), "\"respond\"");
    EXPECT_EQ(json_of(connections_promise::any_open), "\"any_open\"");
    EXPECT_EQ(json_of(idle_promise::close_now), "\"close_now\"");
    EXPECT_EQ(json_of(becomes_idle_promise::wait), "\"wait\"");
    EXPECT_EQ(json_of(second_signal_promise::force), "\"force\"");
    EXPECT_EQ(json_of(descriptor_limit_promise::spin), "\"spin\"");
    EXPECT_EQ(json_of(true), "true");
}

TEST(ProbeWords, SayWhenAnExitIsLegal) {
    const legal_exit by_signal{legal_exit::kind::signal, 15};
    const legal_exit conditional{legal_exit::kind::code, 1, {exit_circumstance::connections_open}};
    const std::vector<legal_exit> exits{legal_exit{}, by_signal, conditional};
    EXPECT_EQ(json_of(exits), R"([0, "SIGTERM", {"code": 1, "while": ["connections_open"]}])");
}

}  // namespace
}  // namespace stormdrain
