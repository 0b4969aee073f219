#include "harness/probe/json_text.hpp"

#include <gmock/gmock.h>

#include <string>

namespace stormdrain {
namespace {

using testing::ElementsAre;

constexpr std::string_view sample = R"(// "not": {the: root}
{
    "name": "a \"quoted\" }", // trailing
    /* before */ "list": [1, {"deep": "]"}, /* , */ 3],
    "stop": {
        // why
        "graceful": {"signal": "SIGTERM"}
    },
    "last": true
}
)";

std::string text_at(text_span where) {
    return std::string(sample.substr(where.begin, where.end - where.begin));
}

std::vector<std::string> keys_of(text_span object) {
    std::vector<std::string> keys;
    for (const json_member& member : members_of(sample, object)) {
        keys.emplace_back(member.key);
    }
    return keys;
}

TEST(JsonText, FindsTheRootBehindComments) {
    const auto root = root_object(sample);
    ASSERT_TRUE(root);
    EXPECT_EQ(sample[root->begin], '{');
    EXPECT_EQ(sample.substr(root->end), "\n");
    EXPECT_THAT(keys_of(*root), ElementsAre("name", "list", "stop", "last"));
}

TEST(JsonText, KnowsWhereValuesBeginAndEnd) {
    const text_span root = *root_object(sample);
    EXPECT_EQ(text_at(find_member(sample, root, "name")->value), R"("a \"quoted\" }")");
    EXPECT_EQ(text_at(find_member(sample, root, "list")->value),
              R"([1, {"deep": "]"}, /* , */ 3])");
    EXPECT_EQ(text_at(find_member(sample, root, "last")->value), "true");
    EXPECT_EQ(find_member(sample, root, "graceful"), std::nullopt);
}

TEST(JsonText, KeepsTheCommentsBeforeAKey) {
    const text_span stop = find_member(sample, *root_object(sample), "stop")->value;
    const auto graceful = find_member(sample, stop, "graceful");
    ASSERT_TRUE(graceful);
    EXPECT_EQ(text_at(graceful->lead), "\n        // why\n        ");
    EXPECT_EQ(text_at(graceful->whole), R"("graceful": {"signal": "SIGTERM"})");
}

TEST(JsonText, FindsNothingInAnEmptyObject) {
    EXPECT_TRUE(members_of("{ /* nothing */ }", {0, 17}).empty());
    EXPECT_EQ(root_object("// only a comment"), std::nullopt);
}

}  // namespace
}  // namespace stormdrain
