#include "harness/report/page/svg.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Svg, HasPresentationAttributesOnly) {
    svg out(100, 50, "all of it");
    out.rectangle({1, 2, 3, 4}, color::red, 0.5, "a tooltip", 2);
    out.line(0, 0, 10, 10, {color::ink, 1, 0.5, "5 3"});
    out.path("M0 0H10", {});
    out.area("M0 0H10V10Z", color::blue, 0.2);
    out.dot(5, 5, 2, color::green);
    out.text(1, 1, "words", {12, color::ink, anchor::end, 0.7, true, true});
    out.slanted(1, 1, "words", {});
    const std::string picture = out.finish();
    EXPECT_THAT(picture, Not(HasSubstr("style")));
    EXPECT_THAT(picture, HasSubstr("<title>a tooltip</title>"));
    EXPECT_THAT(picture, testing::EndsWith("</svg>\n"));
}

TEST(Svg, EscapesWords) {
    svg out(100, 50, "a < b");
    out.text(1, 1, "\x1b[31m</text><script>", {});
    out.dot(1, 1, 1, color::red, "\"<&\n");
    const std::string picture = out.finish();
    EXPECT_THAT(picture, Not(HasSubstr("<script>")));
    EXPECT_THAT(picture, Not(HasSubstr("\x1b")));
    EXPECT_THAT(picture, HasSubstr("a &lt; b"));
}

TEST(Number, HasOneDecimalWhereThereIsOne) {
    EXPECT_EQ(number(3), "3");
    EXPECT_EQ(number(3.14), "3.1");
    EXPECT_EQ(number(-0.01), "0");
}

}  // namespace
}  // namespace stormdrain::page
