#include "harness/config/history_options.hpp"

#include <gtest/gtest.h>

#include <array>

namespace stormdrain {
namespace {

invocation read(std::string_view option, std::string_view value) {
    const std::array<std::string_view, 4> words{"run", "smoke", option, value};
    return read_invocation(words, [](const char*) -> const char* { return nullptr; });
}

TEST(HistoryOptions, TakeTheFolderOfARun) {
    EXPECT_EQ(read("--history", "history").history_folder, "history");
    EXPECT_EQ(read("--seed", "1").history_folder, "") << "none is kept unless it is asked for";
    EXPECT_THROW(read("--history", ""), usage_error);
}

}  // namespace
}  // namespace stormdrain
