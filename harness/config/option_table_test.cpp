#include "harness/config/option_table.hpp"

#include <gmock/gmock.h>

#include <set>
#include <sstream>

namespace stormdrain {
namespace {

TEST(OptionTable, NamesVariablesAfterOptions) {
    EXPECT_EQ(environment_name(*find_option("fail-fast")), "STORMDRAIN_FAIL_FAST");
    EXPECT_EQ(environment_name(*find_option("http2")), "STORMDRAIN_HTTP2");
}

TEST(OptionTable, HasEachNameOnceAndInPlainCharacters) {
    std::set<std::string_view> names;
    for (const option_row& option : all_options()) {
        EXPECT_TRUE(names.insert(option.name).second) << option.name;
        EXPECT_EQ(option.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
                  std::string_view::npos);
        EXPECT_FALSE(option.commands.empty()) << option.name;
        EXPECT_EQ(find_option(option.name), &option);
    }
    EXPECT_EQ(find_option("teapot"), nullptr);
    EXPECT_EQ(find_command("teapot"), nullptr);
}

TEST(OptionTable, PresetsAreValuesOfTheirOptions) {
    for (const option_row& option : all_options()) {
        invocation asked;
        if (!option.preset.empty()) {
            EXPECT_EQ(option.set(asked, option.preset), "") << option.name;
        }
    }
}

TEST(OptionTable, WordsAreAllThatTheirOptionsTake) {
    for (const option_row& option : all_options()) {
        std::istringstream words{std::string(option.words)};
        for (std::string word; words >> word;) {
            invocation asked;
            EXPECT_EQ(option.set(asked, word), "") << option.name << " " << word;
        }
        invocation asked;
        EXPECT_TRUE(option.words.empty() || !option.set(asked, "teapot").empty()) << option.name;
    }
}

TEST(OptionTable, SaysWhatEachExitStatusMeansOnce) {
    for (std::size_t status = 0; status < all_exits().size(); ++status) {
        EXPECT_EQ(all_exits()[status].status, static_cast<int>(status));
    }
}

}  // namespace
}  // namespace stormdrain
