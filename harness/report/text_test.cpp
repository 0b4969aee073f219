#include "harness/report/text.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

TEST(PrintableText, KeepsWhatIsText) {
    EXPECT_EQ(printable("a\tb\nc \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"),
              "a\tb\nc \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
    EXPECT_EQ(printable("a\r\nb"), "a\nb");
}

TEST(PrintableText, DropsTerminalSequences) {
    EXPECT_EQ(printable("\x1b[1;31mred\x1b[0m"), "red");
    EXPECT_EQ(printable("\x1b]0;title\arest"), "rest");
    EXPECT_EQ(printable("\x1b]8;;http://x\x1b\\link"), "link");
    EXPECT_EQ(printable("\x1b]unterminated\nnext"), "unterminated\nnext");
    EXPECT_EQ(printable("\x1b"), "\\x1b");
    EXPECT_EQ(printable("\x1b["), "");
}

TEST(PrintableText, SpellsOutWhatIsNoText) {
    EXPECT_EQ(printable(std::string_view("\0\x01\x7f", 3)), "\\x00\\x01\\x7f");
    EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
    EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
    EXPECT_EQ(printable("\xef\xbf\xbe"), "\\xef\\xbf\\xbe") << "U+FFFE";
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "C1 control";
}

TEST(OneLine, IsBoundedAndNeverCutsACharacter) {
    EXPECT_EQ(one_line("a\nb\tc", 10), "a b c");
    EXPECT_EQ(one_line("abcdefghijk", 10), "abcdefg...");
    EXPECT_EQ(one_line("abcdef\xe2\x82\xac\xe2\x82\xac", 10), "abcdef...");
    EXPECT_EQ(one_line(std::string(1000, '\n') + "x", 8), "     ...");
}

TEST(ClippedText, SaysHowMuchIsMissing) {
    EXPECT_EQ(clipped("abc", 3), "abc");
    EXPECT_EQ(clipped("ab\xc3\xa4", 3), "ab\n[2 bytes left out]");
}

TEST(ShellQuoted, SurvivesAnyShell) {
    EXPECT_EQ(shell_quoted("salvo/moments/at=idle,x+y"), "salvo/moments/at=idle,x+y");
    EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
    EXPECT_EQ(shell_quoted(""), "''");
}

TEST(Percent, HasTwoSignificantDigitsAndNoExponent) {
    EXPECT_EQ(percent(0.0015), "0.15 %");
    EXPECT_EQ(percent(0.12), "12 %");
    EXPECT_EQ(percent(0.18386), "18.4 %");
    EXPECT_EQ(percent(1.0), "100 %");
}

}  // namespace
}  // namespace stormdrain
