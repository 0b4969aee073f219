#include "harness/plan/variants.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

dimension tags(const std::string& name, int count) {
    dimension row{name, {}};
    for (int index = 0; index < count; ++index) {
        const std::string value = std::to_string(index);
        row.variants.push_back({value, [value](scenario& in) { in.tags.push_back(value); }});
    }
    return row;
}

TEST(ExpandMatrix, LeavesAScenarioWithoutRowsAlone) {
    scenario base;
    base.name = "s";
    const std::vector<scenario> expanded = expand_matrix(base, {});
    ASSERT_THAT(expanded, SizeIs(1));
    EXPECT_EQ(expanded.at(0).name, "s");
}

TEST(ExpandMatrix, CombinesEveryRowInOrder) {
    scenario base;
    base.name = "s";
    std::vector<std::string> names;
    for (const scenario& each : expand_matrix(base, {tags("a", 2), tags("b", 2)})) {
        names.push_back(each.name + " " + each.tags.at(0) + each.tags.at(1));
    }
    EXPECT_THAT(names, ElementsAre("s/a=0,b=0 00", "s/a=0,b=1 01", "s/a=1,b=0 10", "s/a=1,b=1 11"));
}

TEST(ExpandMatrix, StopsBehindItsBound) {
    EXPECT_THAT(expand_matrix({}, {tags("a", 100), tags("b", 100), tags("c", 100)}),
                SizeIs(variants_max + 1));
    EXPECT_THAT(expand_matrix({}, {tags("a", 10), tags("b", 100)}), SizeIs(variants_max));
}

}  // namespace
}  // namespace stormdrain
