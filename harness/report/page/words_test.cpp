#include "harness/report/page/words.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace stormdrain::page {
namespace {

TEST(Words, AreEscapedAndBounded) {
    EXPECT_EQ(name("<a> & \"b\""), "&lt;a&gt; &amp; &quot;b&quot;");
    EXPECT_LT(name(std::string(10'000, 'x')).size(), 300U);
    EXPECT_LT(line(std::string(10'000, 'x')).size(), 800U);
    EXPECT_LT(command(std::string(10'000, 'x')).size(), 1700U);
}

TEST(Words, BreakIdsWhereTheirPartsEnd) {
    EXPECT_EQ(breakable_id("a/b/x=1,y=<2>"), "a/<wbr/>b/<wbr/>x=1,<wbr/>y=&lt;2&gt;");
}

TEST(Words, MakePathsIntoAddresses) {
    EXPECT_EQ(url_of("cycles/a.b-1/7/hang.txt"), "cycles/a.b-1/7/hang.txt");
    EXPECT_EQ(url_of("a b\"<@\xff?"), "a%20b%22%3C%40%FF%3F");
}

TEST(Words, CountOneAndMany) {
    EXPECT_EQ(counted(1, "cycle", "cycles"), "1 cycle");
    EXPECT_EQ(counted(3, "cycle", "cycles"), "3 cycles");
}

TEST(Words, NameTheRestOnlyWhereThereIsOne) {
    std::ostringstream out;
    write_rest(out, 5, 60, "summary.md");
    EXPECT_EQ(out.str(), "");
    write_rest(out, 100, 60, "summary.md");
    EXPECT_EQ(out.str(), "<p>40 more: summary.md</p>\n");
}

}  // namespace
}  // namespace stormdrain::page
