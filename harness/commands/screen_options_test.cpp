#include "harness/commands/screen_options.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

TEST(ScreenOptions, AreThoseThatTheUserChose) {
    invocation asked;
    asked.progress = progress_style::lines;
    asked.color = color_choice::always;
    asked.heartbeat = std::chrono::seconds(7);
    const console_options options = screen_options(asked);
    EXPECT_EQ(options.style, console_style::lines);
    EXPECT_TRUE(options.color);
    EXPECT_EQ(options.heartbeat, std::chrono::seconds(7));
    asked.progress = progress_style::none;
    asked.color = color_choice::never;
    EXPECT_EQ(screen_options(asked).style, console_style::quiet);
    EXPECT_FALSE(screen_options(asked).color);
}

}  // namespace
}  // namespace stormdrain
