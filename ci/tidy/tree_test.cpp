// The rules on the tree as it is. A failure lists every place at once.

#include "ci/tidy/rules.hpp"

#include <gtest/gtest.h>

namespace stormdrain::tidy {
namespace {

const std::vector<source_file>& tree() {
    static const std::vector<source_file> files = read_tree(STORMDRAIN_SOURCE_FOLDER);
    return files;
}

testing::AssertionResult is_kept(const violations& found) {
    return found.empty() ? testing::AssertionSuccess()
                         : testing::AssertionFailure() << found.size() << " places:\n"
                                                       << to_text(found);
}

testing::AssertionResult is_kept(violations (*rule)(const source_file&)) {
    violations found;
    for (const source_file& file : tree()) {
        const violations here = rule(file);
        found.insert(found.end(), here.begin(), here.end());
    }
    return is_kept(found);
}

// A rule that reads nothing is kept by everybody.
TEST(Tree, IsReadWhole) {
    std::size_t sources = 0;
    for (const source_file& file : tree()) {
        sources += file.is_cpp() ? 1U : 0U;
    }
    EXPECT_GT(sources, 50U);
}

TEST(Tree, IncludesPointLeft) {
    EXPECT_TRUE(is_kept(include_direction));
}

TEST(Tree, ChecksAndReportsSeeNoSocket) {
    EXPECT_TRUE(is_kept(pure_rooms(tree())));
}

TEST(Tree, SaysInItsReadmeWhatRoomsMayInclude) {
    EXPECT_TRUE(is_kept(rooms_as_documented(tree())));
}

TEST(Tree, UsesNoBannedWord) {
    EXPECT_TRUE(is_kept(banned_words));
}

TEST(Tree, NamesBeforeItAwaits) {
    EXPECT_TRUE(is_kept(literal_beside_await));
}

TEST(Tree, ChoosesBeforeItAwaits) {
    EXPECT_TRUE(is_kept(choice_beside_await));
}

TEST(Tree, HasOneTypeOfAName) {
    EXPECT_TRUE(is_kept(types_of_one_name(tree())));
}

TEST(Tree, KeepsFilesLinesAndFunctionsShort) {
    EXPECT_TRUE(is_kept(lengths));
}

TEST(Tree, SaysWhatEachHeaderIsFor) {
    EXPECT_TRUE(is_kept(header_opening));
}

TEST(Tree, HasATestBesideEverySource) {
    EXPECT_TRUE(is_kept(missing_tests(tree(), shared_tests())));
}

TEST(Tree, IsPlainText) {
    EXPECT_TRUE(is_kept(plain_text));
}

TEST(Tree, HasTheFixedTopLevel) {
    EXPECT_TRUE(is_kept(top_level(tree())));
}

TEST(Tree, NamesInItsReadmesWhatPeopleUse) {
    EXPECT_TRUE(is_kept(unnamed_in_readme(tree())));
}

TEST(Tree, NamesInItsReadmesFilesThatExist) {
    EXPECT_TRUE(is_kept(unknown_files_in_readmes(tree())));
}

TEST(Tree, OffersInItsSchemasWhatItsReadersAskFor) {
    EXPECT_TRUE(is_kept(keys_without_schema(tree())));
}

}  // namespace
}  // namespace stormdrain::tidy
