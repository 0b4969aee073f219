#include "harness/commands/screen_options.hpp"

#include <gmock/gmock.h>

#include <map>
#include <string>

namespace stormdrain {
namespace {

using variables = std::map<std::string, std::string>;

screen_facts screen_with(const variables& set, bool is_terminal) {
    return {is_terminal, [] { return 100; },
            [set](const char* name) -> const char* {
                const auto found = set.find(name);
                return found == set.end() ? nullptr : found->second.c_str();
            }};
}

console_options on_a_terminal(const variables& set) {
    return screen_options({}, screen_with(set, true));
}

console_options in_a_log(const variables& set) {
    return screen_options({}, screen_with(set, false));
}

TEST(ScreenOptions, AreThoseThatTheUserChose) {
    invocation asked;
    asked.progress = progress_style::lines;
    asked.color = color_choice::always;
    asked.heartbeat = std::chrono::seconds(7);
    const screen_facts screen = screen_with({{"NO_COLOR", "1"}}, true);
    const console_options options = screen_options(asked, screen);
    EXPECT_EQ(options.style, console_style::lines);
    EXPECT_TRUE(options.color);
    EXPECT_EQ(options.heartbeat, std::chrono::seconds(7));
    asked.progress = progress_style::none;
    asked.color = color_choice::never;
    EXPECT_EQ(screen_options(asked, screen).style, console_style::quiet);
    EXPECT_FALSE(screen_options(asked, screen).color);
}

TEST(ScreenOptions, RepaintOnATerminalOnly) {
    EXPECT_EQ(on_a_terminal({}).style, console_style::repaint);
    EXPECT_EQ(on_a_terminal({}).columns(), 100U);
    EXPECT_EQ(on_a_terminal({{"TERM", "dumb"}}).style, console_style::lines);
    EXPECT_EQ(on_a_terminal({{"CI", "true"}}).style, console_style::lines);
    EXPECT_EQ(in_a_log({}).style, console_style::lines);
    EXPECT_FALSE(in_a_log({}).columns);
}

TEST(ScreenOptions, PaintAsTheEnvironmentAsks) {
    EXPECT_TRUE(on_a_terminal({}).color);
    EXPECT_TRUE(on_a_terminal({{"NO_COLOR", ""}}).color) << "empty is not set: no-color.org";
    EXPECT_FALSE(on_a_terminal({{"NO_COLOR", "1"}}).color);
    EXPECT_FALSE(on_a_terminal({{"CLICOLOR", "0"}}).color);
    EXPECT_FALSE(on_a_terminal({{"TERM", "dumb"}}).color);
    EXPECT_FALSE(in_a_log({}).color);
    EXPECT_FALSE(in_a_log({{"CLICOLOR", "1"}}).color);
    EXPECT_FALSE(in_a_log({{"CLICOLOR_FORCE", "0"}}).color);
    EXPECT_TRUE(in_a_log({{"CLICOLOR_FORCE", "1"}}).color);
    EXPECT_FALSE(in_a_log({{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}).color);
}

TEST(ScreenOptions, DrawBlocksWhereTextIsUtf8) {
    EXPECT_EQ(in_a_log({}).drawn_with, glyphs::ascii);
    EXPECT_EQ(in_a_log({{"LANG", "C"}}).drawn_with, glyphs::ascii);
    EXPECT_EQ(in_a_log({{"LANG", "de_DE.UTF-8"}}).drawn_with, glyphs::blocks);
    EXPECT_EQ(in_a_log({{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "C"}}).drawn_with, glyphs::ascii);
    EXPECT_EQ(in_a_log({{"LANG", "C"}, {"LC_CTYPE", "C.utf8"}}).drawn_with, glyphs::blocks);
}

}  // namespace
}  // namespace stormdrain
