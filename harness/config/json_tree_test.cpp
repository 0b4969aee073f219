#include "harness/config/json_tree.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

TEST(JsonTree, WritesPointersWithTheirEscapes) {
    object_reader::node root;
    root.children.push_back(std::make_unique<object_reader::node>());
    object_reader::node& child = *root.children.front();
    child.parent = &root;
    child.key = "a/b~c";
    EXPECT_EQ(root.path(), "");
    EXPECT_EQ(child.path(), "/a~1b~0c");
    EXPECT_EQ(root.find("a/b~c"), &child);
    EXPECT_EQ(root.find("a"), nullptr);
    EXPECT_EQ(&child.root(), &root);
}

TEST(InQuotes, EscapesAndCutsBetweenCharacters) {
    EXPECT_EQ(in_quotes("plain"), "\"plain\"");
    EXPECT_EQ(in_quotes("a\n\x1b[31m\x7f"), "\"a\\u000a\\u001b[31m\\u007f\"");
    const std::string euro = "\xe2\x82\xac";
    std::string long_text(59, 'x');
    EXPECT_EQ(in_quotes(long_text + euro + euro), "\"" + long_text + "...\"");
    long_text = std::string(57, 'x') + euro;
    EXPECT_EQ(in_quotes(long_text), "\"" + long_text + "\"");
}

}  // namespace
}  // namespace stormdrain
