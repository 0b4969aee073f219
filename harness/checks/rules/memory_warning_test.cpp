#include "harness/checks/rules/memory_warning.hpp"

#include <gmock/gmock.h>

#include <cstdint>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
constexpr std::uint64_t mebibyte = 1024 * 1024;

TEST(MemoryWarning, WantsFourMebibytesAndAFifth) {
    EXPECT_FALSE(is_worth_a_warning(mebibyte, 4 * mebibyte - 1));
    EXPECT_TRUE(is_worth_a_warning(mebibyte, 4 * mebibyte));
    EXPECT_FALSE(is_worth_a_warning(100 * mebibyte, 20 * mebibyte - 1));
    EXPECT_TRUE(is_worth_a_warning(100 * mebibyte, 20 * mebibyte));
}

}  // namespace
}  // namespace stormdrain::rules
