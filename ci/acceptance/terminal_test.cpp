// A run as a person sees it in a terminal: one line at the bottom that lives, broken promises above
// it, and whole lines after an interrupt.

#include "ci/acceptance/terminal.hpp"

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <regex>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto run_limit = 50s;
constexpr std::size_t usual_columns = 100;

TEST(TerminalScreen, KeepsWhatStandsOnItsRows) {
    terminal_screen screen(10);
    screen.take("abc\r\ndefghijklm\r\x1b[31mX\x1b[0m\x1b[K");
    EXPECT_THAT(screen.rows(), testing::ElementsAre("abc", "X"));
    screen.take("\n1234567890ab\r\x1b[1A\x1b[");
    screen.take("J!");
    EXPECT_EQ(screen.rows().back(), "!");
    EXPECT_EQ(screen.unknown(), "");
    screen.take("\x1b[2;3H");
    EXPECT_EQ(screen.unknown(), "\x1b[2;3H");
}

bool is_progress(const std::string& row) {
    static const std::regex form(R"(\d\d:\d\d:\d\d .*\d+/\d+ cycles.*)");
    return std::regex_search(row, form);
}

class Terminal : public stormdrain_fixture {
protected:
    struct shown {
        ending how;
        terminal_screen screen{usual_columns};
        std::string bytes;
        std::size_t lives_count = 0;      // how often a progress line was seen
        std::size_t two_lines_count = 0;  // and how often there were two of them
    };

    std::vector<std::string> argv(const std::vector<std::string>& options) const {
        std::vector<std::string> words = {STORMDRAIN_PROGRAM, "run",   suite("smoke"), "--target",
                                          reference_target(), "--out", file("results")};
        words.insert(words.end(), options.begin(), options.end());
        return words;
    }

    // `look` is called with what is on the screen each time something was written.
    static shown show(terminal_program& started, std::size_t columns,
                      const std::function<void(shown&)>& look) {
        shown seen;
        seen.screen = terminal_screen(columns);
        const auto deadline = clock::now() + run_limit;
        while (!started.has_ended() && clock::now() < deadline) {
            const std::string bytes = started.read(deadline);
            seen.bytes += bytes;
            seen.screen.take(bytes);
            const auto lines = std::ranges::count_if(seen.screen.rows(), is_progress);
            seen.lives_count += lines > 0 ? 1U : 0U;
            seen.two_lines_count += lines > 1 ? 1U : 0U;
            look(seen);
        }
        if (!started.has_ended()) {
            ADD_FAILURE() << "it still runs: " << seen.bytes;
            started.type("\x1c");
        }
        seen.how = started.wait();
        EXPECT_EQ(seen.screen.unknown(), "");
        return seen;
    }

    static std::string text_of(const terminal_screen& screen) {
        std::string text;
        for (const std::string& row : screen.rows()) {
            text += row + "\n";
        }
        return text;
    }
};

const std::vector<std::pair<std::string, std::string>> xterm{
    {"TERM", "xterm-256color"}, {"LANG", "C.UTF-8"}, {"LC_ALL", ""}, {"CI", ""}, {"NO_COLOR", ""}};

TEST_F(Terminal, HasOneLineThatLives) {
    terminal_program started(argv({"--cycles", "3"}), xterm, usual_columns);
    const shown seen = show(started, usual_columns, [](shown&) {});
    EXPECT_GT(seen.lives_count, 0U) << seen.bytes;
    EXPECT_EQ(seen.two_lines_count, 0U) << seen.bytes;
    const std::string text = text_of(seen.screen);
    EXPECT_THAT(text, HasSubstr("\nstops: "));
    EXPECT_THAT(text, HasSubstr("\nreports: "));
    EXPECT_FALSE(std::ranges::any_of(seen.screen.rows(), is_progress)) << text;
    EXPECT_THAT(seen.bytes, HasSubstr("\x1b[3")) << "the verdicts are painted";
}

TEST_F(Terminal, IsNeverFilledBeyondItsEdge) {
    constexpr std::size_t narrow = 46;
    terminal_program started(argv({"--cycles", "3"}), xterm, narrow);
    std::size_t broken = 0;
    const shown seen = show(started, narrow, [&broken](shown& now) {
        for (std::size_t i = 0; i + 1 < now.screen.rows().size(); ++i) {
            broken += is_progress(now.screen.rows()[i]) ? 1U : 0U;
        }
    });
    EXPECT_EQ(broken, 0U) << seen.bytes;
    EXPECT_EQ(seen.two_lines_count, 0U) << seen.bytes;
}

TEST_F(Terminal, MayBecomeNarrowerAtAnyTime) {
    constexpr std::size_t narrow = 40;
    terminal_program started(argv({"--cycles", "3"}), xterm, usual_columns);
    bool is_narrow = false;
    const shown seen = show(started, usual_columns, [&](shown& now) {
        if (!is_narrow && now.lives_count > 2) {
            is_narrow = true;
            now.screen.resize(narrow);
            started.resize(narrow);
        }
    });
    EXPECT_THAT(text_of(seen.screen), HasSubstr("passed")) << seen.bytes;
}

TEST_F(Terminal, KeepsWholeLinesAfterAnInterrupt) {
    terminal_program started(argv({"--cycles", "100000"}), xterm, usual_columns);
    bool is_interrupted = false;
    const shown seen = show(started, usual_columns, [&](shown& now) {
        if (!is_interrupted && now.lives_count > 0) {
            is_interrupted = true;
            started.type("\x03");
        }
    });
    EXPECT_EQ(seen.how.signal, SIGINT) << to_text(seen.how) << seen.bytes;
    const std::vector<std::string>& rows = seen.screen.rows();
    const auto said =
        std::ranges::find(rows, "ending after the cycles under way; once more ends at once");
    ASSERT_NE(said, rows.end()) << seen.bytes;
    EXPECT_FALSE(std::any_of(said, rows.end(), is_progress)) << seen.bytes;
    EXPECT_THAT(rows.back(), IsEmpty()) << "a prompt has a line of its own";
}

TEST_F(Terminal, IsNotPaintedWhereNobodyWantsColors) {
    auto without = xterm;
    without.back().second = "1";
    terminal_program started(argv({"--cycles", "1"}), without, usual_columns);
    const shown seen = show(started, usual_columns, [](shown&) {});
    EXPECT_THAT(seen.bytes, Not(HasSubstr("\x1b[3")));
    EXPECT_GT(seen.lives_count, 0U) << "it lives all the same";
}

}  // namespace
}  // namespace stormdrain::acceptance
