#include "harness/report/guarded_output.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

// What each engine takes for a command, as its own reader of logs does it.
bool is_command_of_github(std::string line) {
    const std::size_t begins = line.find_first_not_of(" \t\v\f\x85\xa0\xc2");
    return (begins != std::string::npos && line.compare(begins, 2, "::") == 0) ||
           line.find("##[") != std::string::npos;
}

bool is_command_of_azure(const std::string& line) {
    return line.find("##vso[") != std::string::npos || line.find("##[") != std::string::npos;
}

bool is_command_of_gitlab(const std::string& text) {
    return text.find("section_start:") != std::string::npos ||
           text.find("section_end:") != std::string::npos;
}

bool is_command_of_buildkite(const std::string& line) {
    for (const char* const sign : {"--- ", "+++ ", "~~~ ", "^^^ "}) {
        if (line.starts_with(sign)) {
            return true;
        }
    }
    return false;
}

// Some readers end a line at a carriage return.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines(1);
    for (const char character : text) {
        if (character == '\n' || character == '\r') {
            lines.emplace_back();
        } else {
            lines.back() += character;
        }
    }
    return lines;
}

bool commands_as_it_stands(const std::string& text) {
    for (const std::string& line : lines_of(text)) {
        if (is_command_of_github(line) || is_command_of_azure(line) || is_command_of_gitlab(line) ||
            is_command_of_buildkite(line)) {
            return true;
        }
    }
    return false;
}

// Also when what a reader may leave out is left out.
bool commands_something(const std::string& text) {
    std::string seen;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte == '\n' || byte == '\r' || byte == '\t' || (byte >= ' ' && byte < 0x7f)) {
            seen += character;
        }
    }
    return commands_as_it_stands(text) || commands_as_it_stands(seen);
}

TEST(GuardedOutput, LetsOrdinaryTextPassAsItIs) {
    for (const std::string_view text :
         {"RED   salvo/shutdown/steady  cycle 431  shutdown_deadline: promised\n      replay: a\n",
          "\x1b[31mRED \x1b[0m  std::vector<int>::at  ## heading  C# [1]\r\x1b[K02:14:07  31%",
          "--------\n- item\n+ item\n a :: b\nhttp://[::1]:80/\n#1 [2]\nsection_starts: a\n"}) {
        EXPECT_EQ(guarded(text), text);
    }
}

TEST(GuardedOutput, BreaksWhatWouldBeACommand) {
    EXPECT_EQ(guarded("::error::x\n"), ": :error::x\n");
    EXPECT_EQ(guarded("  \t::set-output name=a::b\n"), "  \t: :set-output name=a::b\n");
    EXPECT_EQ(guarded("x\r::stop-commands::t\n"), "x\r: :stop-commands::t\n");
    EXPECT_EQ(guarded("\xc2\xa0::error::x\n"), "\xc2\xa0: :error::x\n");
    EXPECT_EQ(guarded(":\xc2\xad:error::x\n"), ":\xc2\xad :error::x\n") << "a soft hyphen";
    EXPECT_EQ(guarded("#\x01#\xc2\xad[error]x\n"), "#\x01#\xc2\xad [error]x\n");
    EXPECT_EQ(guarded("a ##vso[task.complete result=Succeeded;]\n"),
              "a ##vso [task.complete result=Succeeded;]\n");
    EXPECT_EQ(guarded("####[error]x\n"), "#### [error]x\n");
    EXPECT_EQ(guarded("##vso#vso##vso[x]"), "##vso#vso##vso [x]");
    EXPECT_EQ(guarded("\x1b[0Ksection_start:1:a\r\x1b[0Kb\n"),
              "\x1b[0Ksection_start :1:a\r\x1b[0Kb\n");
    EXPECT_EQ(guarded("section_end:1:a\n"), "section_end :1:a\n");
    EXPECT_EQ(guarded("--- group\n+++ group\n"), "---- group\n++++ group\n");
}

TEST(GuardedOutput, IsNotFooledByPieces) {
    std::ostringstream behind;
    guarded_output guard(behind);
    std::ostream out(&guard);
    for (const std::string_view piece : {"#", "#v", "so", "[x]\n", ":", ":error::y", "\n"}) {
        out << piece << std::flush;
    }
    EXPECT_EQ(behind.str(), "##vso [x]\n: :error::y\n");
}

// From the signs that commands are made of.
TEST(GuardedOutput, CommandsNothingWhateverItIsGiven) {
    const std::vector<std::string> parts{
        "::",  ":", "##", "#",  "vso",      "[",    "]",     "section_start", "section_end", "---",
        "+++", " ", "\n", "\r", "\xc2\xad", "\x01", "error", "\x1b",          "\xa0",        "-"};
    constexpr std::uint32_t seed = 7;
    std::mt19937 random(seed);
    std::uniform_int_distribution<std::size_t> any(0, parts.size() - 1);
    std::size_t would_command = 0;
    for (int times = 0; times < 20'000; ++times) {
        std::string text;
        for (int count = 0; count < 12; ++count) {
            text += parts[any(random)];
        }
        would_command += commands_something(text) ? 1U : 0U;
        ASSERT_FALSE(commands_something(guarded(text))) << testing::PrintToString(text);
    }
    EXPECT_GT(would_command, 1000U) << "else it was no trial";
}

TEST(GuardedOutput, FailsWhereTheStreamDoes) {
    std::ostringstream behind;
    behind.setstate(std::ios::badbit);
    guarded_output guard(behind);
    std::ostream out(&guard);
    out << "text" << std::flush;
    EXPECT_TRUE(out.fail());
}

}  // namespace
}  // namespace stormdrain
