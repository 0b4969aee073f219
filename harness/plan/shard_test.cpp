#include "harness/plan/shard.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <numeric>
#include <set>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

planned_scenario scenario_of(const std::string& id, std::vector<std::uint32_t> cycles,
                             target_lifecycle lifecycle = target_lifecycle::process) {
    auto server = std::make_shared<target>();
    server->lifecycle = lifecycle;
    planned_scenario made;
    made.id = id;
    made.server = server;
    made.cycles = std::move(cycles);
    return made;
}

std::vector<std::uint32_t> numbers(std::uint32_t count) {
    std::vector<std::uint32_t> all(count);
    std::iota(all.begin(), all.end(), 0U);
    return all;
}

plan twenty_scenarios() {
    plan whole;
    for (int i = 0; i < 20; ++i) {
        whole.scenarios.push_back(scenario_of("t/s/" + std::to_string(i), numbers(7)));
    }
    return whole;
}

using cycle_name = std::pair<std::string, std::uint32_t>;

std::vector<cycle_name> cycles_of(const plan& part) {
    std::vector<cycle_name> all;
    for (const planned_scenario& scenario : part.scenarios) {
        for (const std::uint32_t cycle : scenario.cycles) {
            all.emplace_back(scenario.id, cycle);
        }
    }
    return all;
}

TEST(Shard, TogetherTheyHaveEveryCycleOnce) {
    const plan whole = twenty_scenarios();
    for (const shard_unit unit : {shard_unit::scenarios, shard_unit::cycles}) {
        for (const std::uint32_t total : {1U, 2U, 4U, 9U, 50U}) {
            std::multiset<cycle_name> together;
            for (std::uint32_t number = 1; number <= total; ++number) {
                const std::vector<cycle_name> own =
                    cycles_of(shard_of(whole, {number, total, unit}));
                together.insert(own.begin(), own.end());
            }
            const std::vector<cycle_name> all = cycles_of(whole);
            EXPECT_EQ(together, std::multiset<cycle_name>(all.begin(), all.end())) << total;
        }
    }
}

TEST(Shard, AnotherScenarioMovesNone) {
    plan whole = twenty_scenarios();
    const shard_choice second{2, 4, shard_unit::scenarios};
    const std::vector<cycle_name> before = cycles_of(shard_of(whole, second));
    whole.scenarios.insert(whole.scenarios.begin(), scenario_of("t/s/new", numbers(7)));
    std::vector<cycle_name> after = cycles_of(shard_of(whole, second));
    std::erase_if(after, [](const cycle_name& one) { return one.first == "t/s/new"; });
    EXPECT_EQ(after, before);
}

// Machines that run different builds of the harness have to agree on it.
TEST(Shard, AreTheSameOnEveryMachine) {
    std::vector<std::string> ids;
    for (const planned_scenario& own :
         shard_of(twenty_scenarios(), {2, 4, shard_unit::scenarios}).scenarios) {
        ids.push_back(own.id);
    }
    EXPECT_THAT(ids, ElementsAre("t/s/8", "t/s/10"));
}

TEST(Shard, CyclesAreTakenInRanges) {
    plan whole;
    whole.scenarios.push_back(scenario_of("t/s/long", numbers(10)));
    const auto third = [&](std::uint32_t number) {
        return shard_of(whole, {number, 3, shard_unit::cycles}).scenarios.at(0);
    };
    EXPECT_THAT(third(1).cycles, ElementsAre(0, 1, 2));
    EXPECT_THAT(third(2).cycles, ElementsAre(3, 4, 5));
    EXPECT_THAT(third(3).cycles, ElementsAre(6, 7, 8, 9));
    EXPECT_EQ(third(3).first_place, 6U);
}

TEST(Shard, ACycleThatIsReplayedIsSharedOut) {
    plan whole;
    whole.scenarios.push_back(scenario_of("t/s/one", {431, 431, 431, 431, 431}));
    const plan second = shard_of(whole, {2, 2, shard_unit::cycles});
    EXPECT_THAT(second.scenarios.at(0).cycles, ElementsAre(431, 431, 431));
    EXPECT_EQ(second.scenarios.at(0).replays_before, 2U);
}

TEST(Shard, AServerThatLivesOnStaysWhole) {
    plan whole;
    whole.scenarios.push_back(scenario_of("t/s/x", numbers(10), target_lifecycle::in_process));
    std::size_t parts = 0;
    for (std::uint32_t number = 1; number <= 4; ++number) {
        const plan part = shard_of(whole, {number, 4, shard_unit::cycles});
        parts += part.scenarios.size();
        EXPECT_TRUE(part.scenarios.empty() || part.cycles_count() == 10);
    }
    EXPECT_EQ(parts, 1U);
}

TEST(Shard, WhatIsSkippedFallsToOneOfThem) {
    plan whole;
    whole.scenarios.push_back(scenario_of("t/s/x", {}));
    whole.scenarios.back().skipped_because = "no route";
    std::size_t parts = 0;
    for (std::uint32_t number = 1; number <= 4; ++number) {
        parts += shard_of(whole, {number, 4, shard_unit::cycles}).scenarios.size();
    }
    EXPECT_EQ(parts, 1U);
}

TEST(Shard, MayHaveNothingToDo) {
    plan whole;
    whole.scenarios.push_back(scenario_of("t/s/x", numbers(1)));
    EXPECT_THAT(shard_of(whole, {1, 4, shard_unit::cycles}).scenarios, IsEmpty());
}

TEST(Shard, UnitsHaveWords) {
    EXPECT_EQ(shard_unit_of("cycles"), shard_unit::cycles);
    EXPECT_EQ(shard_unit_of("scenarios"), shard_unit::scenarios);
    EXPECT_EQ(shard_unit_of("machines"), std::nullopt);
    EXPECT_EQ(to_text(shard_choice{2, 4}), "2/4");
}

}  // namespace
}  // namespace stormdrain
