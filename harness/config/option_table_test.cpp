#include "harness/config/option_table.hpp"

#include <gmock/gmock.h>

#include <set>

namespace stormdrain {
namespace {

TEST(OptionTable, NamesVariablesAfterOptions) {
    EXPECT_EQ(environment_name(*find_option("fail-fast")), "STORMDRAIN_FAIL_FAST");
}

TEST(OptionTable, HasEachNameOnceAndInPlainLetters) {
    std::set<std::string_view> names;
    for (const option_row& option : all_options()) {
        EXPECT_TRUE(names.insert(option.name).second) << option.name;
        EXPECT_EQ(option.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"),
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

TEST(ReadSeed, TakesBothBases) {
    EXPECT_EQ(read_seed("0x5eed0001"), seed{0x5eed0001});
    EXPECT_EQ(read_seed("0XFFFFFFFFFFFFFFFF"), ~seed{0});
    EXPECT_EQ(read_seed("42"), seed{42});
    for (const char* text : {"", "0x", "-1", "5eed", "42 ", "0x10000000000000000"}) {
        EXPECT_EQ(read_seed(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace stormdrain
