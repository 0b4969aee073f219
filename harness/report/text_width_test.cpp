#include "harness/report/text_width.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(TextWidth, CountsColumnsAndNotBytes) {
    EXPECT_EQ(columns_of("plain"), 5U);
    EXPECT_EQ(columns_of("gr\u00fc\u00df"), 4U);
    EXPECT_EQ(columns_of("\u6c34\u9053"), 4U) << "each is two columns wide";
    EXPECT_EQ(columns_of("e\u0301"), 1U) << "an accent stands above its letter";
    EXPECT_EQ(columns_of("\U0001f30a"), 2U);
}

TEST(TextWidth, CutsWholeCharactersOnly) {
    EXPECT_EQ(cut_behind("abcdefgh", 8), "abcdefgh");
    EXPECT_EQ(cut_behind("abcdefgh", 7), "abcd...");
    EXPECT_EQ(cut_before("abcdefgh", 7), "...efgh");
    EXPECT_EQ(cut_behind("\u6c34\u9053\u6c34\u9053", 6), "\u6c34...");
    EXPECT_EQ(cut_before("\u6c34\u9053\u6c34\u9053", 6), "...\u9053");
    EXPECT_EQ(cut_before("abcde\u0301fg", 5), "...fg");
    EXPECT_EQ(cut_behind("abcdefgh", 0), "abcdefgh") << "no limit";
}

// Goal: whatever the terminal, no line is longer than it.
TEST(TextWidth, NeverExceedsWhatItIsGiven) {
    const std::string text = "a\u6c34b\u0301\U0001f30ac\u9053defg";
    for (std::size_t columns = 1; columns < 20; ++columns) {
        EXPECT_LE(columns_of(cut_behind(text, columns)), columns);
        EXPECT_LE(columns_of(cut_before(text, columns)), columns);
    }
}

TEST(TextWidth, BreaksLinesAtBlanks) {
    EXPECT_EQ(wrapped("RED   one two three", 12, 6), "RED   one\n      two\n      three");
    EXPECT_EQ(wrapped("      cycle 3: it hangs", 16, 6), "      cycle 3:\n      it hangs");
    EXPECT_EQ(wrapped("abc word-that-is-too-long b", 8, 2), "abc\n  word-that-is-too-long\n  b");
    EXPECT_EQ(wrapped("one two", 0, 6), "one two");
    EXPECT_EQ(wrapped("", 10, 6), "");
}

TEST(TextWidth, FillsUpToAColumn) {
    EXPECT_EQ(filled("\u6c34", 4), "\u6c34  ");
    EXPECT_EQ(filled("longer", 4), "longer");
}

}  // namespace
}  // namespace stormdrain
