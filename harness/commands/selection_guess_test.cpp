#include "harness/commands/selection_guess.hpp"

#include "harness/commands/plan_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::Optional;

plan with_ids() {
    planned_scenario first = scenario_of(1);
    first.id = "reference/smoke/at_rest/load=keep_alive";
    auto tagged = std::make_shared<suite>();
    tagged->scenarios.emplace_back().tags = {"race", "rank_04"};
    planned_scenario second = scenario_of(1);
    second.id = "reference/smoke/slow_clients";
    second.from = tagged;
    return plan_of({first, second});
}

TEST(SelectionGuess, IsTheNearestPartOfAnId) {
    EXPECT_THAT(guess_filter("*/at_rst/*", with_ids()), Optional(std::string("at_rest")));
    EXPECT_THAT(guess_filter("refrence/*:-*/x", with_ids()), Optional(std::string("reference")));
    EXPECT_THAT(guess_filter("reference/smoke/slwo_clients", with_ids()),
                Optional(std::string("slow_clients")));
    EXPECT_THAT(guess_filter("*slow_c*/variant", with_ids()), std::nullopt) << "a part of a name";
    EXPECT_THAT(guess_filter("*/teapot", with_ids()), std::nullopt);
    EXPECT_THAT(guess_filter("", with_ids()), std::nullopt);
    EXPECT_THAT(guess_filter("*", plan{}), std::nullopt);
}

TEST(SelectionGuess, IsTheNearestTag) {
    EXPECT_THAT(guess_tag({"race", "rank_40"}, with_ids()), Optional(std::string("rank_04")));
    EXPECT_THAT(guess_tag({"race"}, with_ids()), std::nullopt);
    EXPECT_THAT(guess_tag({"teapot"}, with_ids()), std::nullopt);
}

}  // namespace
}  // namespace stormdrain
