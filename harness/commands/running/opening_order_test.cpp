#include "harness/commands/running/opening_order.hpp"

#include "harness/commands/plan_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace stormdrain {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Le;

// One target with so many scenarios "s/0", "s/1" ...
std::vector<planned_scenario> scenarios_of_one(std::size_t count,
                                               std::vector<known_finding> known = {}) {
    auto server = std::make_shared<target>();
    server->known = std::move(known);
    auto from = std::make_shared<suite>();
    from->name = "s";
    std::vector<planned_scenario> all;
    for (std::size_t i = 0; i < count; ++i) {
        from->scenarios.emplace_back().name = std::to_string(i);
        planned_scenario& one = all.emplace_back();
        one.server = server;
        one.from = from;
        one.scenario_index = i;
        one.cycles = {0};
    }
    return all;
}

known_finding known_in_scenarios(std::string pattern, int line) {
    known_finding what;
    what.finding = "shutdown_deadline";
    what.scenario = std::move(pattern);
    what.line = line;
    return what;
}

TEST(OpeningOrder, MeetsEveryPartOfATargetsListSoon) {
    const plan planned = plan_of(scenarios_of_one(100));
    const std::vector<std::size_t> ranks = opening_order(planned);
    for (std::size_t tenth = 0; tenth < 10; ++tenth) {
        const auto part = ranks.begin() + static_cast<std::ptrdiff_t>(tenth * 10);
        EXPECT_LE(*std::min_element(part, part + 10), 15U) << "of the tenth " << tenth;
    }
    std::vector<std::size_t> sorted = ranks;
    std::ranges::sort(sorted);
    for (std::size_t rank = 0; rank < sorted.size(); ++rank) {
        EXPECT_EQ(sorted[rank], rank) << "each has its own";
    }
}

TEST(OpeningOrder, BeginsWithOneScenarioForEachKnownDefect) {
    const plan planned = plan_of(
        scenarios_of_one(9, {known_in_scenarios("s/3:s/4:s/5", 7), known_in_scenarios("s/8", 8)}));
    const std::vector<std::size_t> ranks = opening_order(planned);
    const std::vector<std::size_t> of_first{ranks[3], ranks[4], ranks[5]};
    EXPECT_LE(std::ranges::min(of_first), 1U);
    EXPECT_LE(ranks[8], 1U);
    EXPECT_EQ(std::ranges::count_if(ranks, [](std::size_t rank) { return rank <= 1; }), 2);
}

TEST(OpeningOrder, LetsTargetsTakeTurns) {
    std::vector<planned_scenario> both = scenarios_of_one(2);
    for (planned_scenario& one : scenarios_of_one(1)) {
        both.push_back(std::move(one));
    }
    both.push_back(scenario_of(1));
    both.back().skipped_because = "no route";
    const std::vector<std::size_t> ranks = opening_order(plan_of(std::move(both)));
    EXPECT_THAT(ranks, ElementsAre(0, 1, 0, 0));
    EXPECT_THAT(opening_order(plan_of({})), Each(Le(0U)));
}

}  // namespace
}  // namespace stormdrain
