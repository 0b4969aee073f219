#include "harness/config/object_reader.hpp"

#include <gmock/gmock.h>

#include <array>

namespace stormdrain {
namespace {

using testing::Eq;
using testing::Optional;

constexpr std::array<std::string_view, 5> words{"half_close", "connection_reset", "idle_keep_alive",
                                                "count", "at"};

TEST(NearestWord, GuessesSlipsOfTheFinger) {
    EXPECT_THAT(nearest_word("half-close", words), Optional(Eq("half_close")));
    EXPECT_THAT(nearest_word("cuont", words), Optional(Eq("count")));
    EXPECT_THAT(nearest_word("conection_rset", words), Optional(Eq("connection_reset")));
    EXPECT_THAT(nearest_word("ta", words), Optional(Eq("at")));
    EXPECT_THAT(nearest_word("idle", words), Optional(Eq("idle_keep_alive")));
}

TEST(NearestWord, IsSilentWhenNothingIsNear) {
    EXPECT_THAT(nearest_word("teapot", words), Eq(std::nullopt));
    EXPECT_THAT(nearest_word("x", words), Eq(std::nullopt));
    EXPECT_THAT(nearest_word("", words), Eq(std::nullopt));
    EXPECT_THAT(nearest_word(std::string(1'000'000, 'c'), words), Eq(std::nullopt));
    EXPECT_THAT(nearest_word("count", {}), Eq(std::nullopt));
}

}  // namespace
}  // namespace stormdrain
