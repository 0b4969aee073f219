#include "harness/plan/target.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const variables values{{"port.http", "8080"}, {"folder", "/f"}, {"odd", "${folder}"}};

TEST(Expand, ReplacesKnownVariables) {
    EXPECT_EQ(expand("${folder}/x:${port.http}${port.http}", values).text, "/f/x:80808080");
    EXPECT_EQ(expand("", values).text, "");
    EXPECT_THAT(expand("${folder}", values).unknown, IsEmpty());
}

TEST(Expand, LeavesUnknownOnesAndNamesThem) {
    const expansion result = expand("a${x}b${folder}${}c", values);
    EXPECT_EQ(result.text, "a${x}b/f${}c");
    EXPECT_THAT(result.unknown, ElementsAre("x", ""));
}

TEST(Expand, NeitherRepeatsNorStumbles) {
    EXPECT_EQ(expand("${odd}", values).text, "${folder}");  // values are not expanded again
    EXPECT_EQ(expand("$folder $$ ${folder", values).text, "$folder $$ ${folder");
    EXPECT_EQ(expand("}${folder}}", values).text, "}/f}");
}

}  // namespace
}  // namespace stormdrain
