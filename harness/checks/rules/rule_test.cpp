#include "harness/checks/rules/rule.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>

namespace stormdrain {
namespace {

TEST(RuleCatalogue, HoldsEachRuleOnceInOneSentence) {
    std::set<std::string_view> numbers;
    for (const rule* one : rule_catalogue()) {
        EXPECT_TRUE(numbers.insert(one->number).second) << one->number;
        EXPECT_EQ(find_rule(one->number), one);
        EXPECT_EQ(find_rule(one->name), one);
        EXPECT_EQ(one->summary.find(". "), std::string_view::npos) << one->summary;
        EXPECT_TRUE(one->summary.ends_with('.')) << one->summary;
        EXPECT_FALSE(one->source.empty()) << one->number;
    }
}

TEST(RuleCatalogue, HasNoGap) {
    constexpr int first_own = 26;  // up to R25 the numbers have been given out
    for (int number = 1; number < first_own; ++number) {
        const std::string name = "R" + std::to_string(number);
        EXPECT_NE(find_rule(name), nullptr) << name;
    }
    EXPECT_EQ(find_rule("R0"), nullptr);
}

}  // namespace
}  // namespace stormdrain
