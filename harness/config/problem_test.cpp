#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;

TEST(Problem, SaysWhereAndWhat) {
    EXPECT_EQ(to_text({"a.json", 12, 9, "/stop/at", "odd"}), "a.json:12:9 /stop/at: odd");
    EXPECT_EQ(to_text({"a.json", 1, 1, "", "odd"}), "a.json:1:1: odd");
    EXPECT_EQ(to_text({"a.json", 0, 0, "", "odd"}), "a.json: odd");
}

TEST(Problem, IsSortedByPlace) {
    std::vector<problem> problems{
        {"a", 9, 9, "", "old"}, {"b", 3, 1, "", "x"}, {"b", 2, 7, "", "y"}};
    sort_by_place(problems, 1);
    EXPECT_THAT(texts_of(problems), ElementsAre("a:9:9: old", "b:2:7: y", "b:3:1: x"));
    EXPECT_STREQ(config_error(problems).what(), "a:9:9: old\nb:2:7: y\nb:3:1: x");
}

}  // namespace
}  // namespace stormdrain
