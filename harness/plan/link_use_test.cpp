#include "harness/plan/link_use.hpp"

#include <gmock/gmock.h>

#include <array>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

link_use use_with(std::initializer_list<std::string_view> toxics,
                  link_place between = link_place::load_and_target) {
    link_use use{"path", between, "", {}};
    for (const std::string_view toxic : toxics) {
        use.toxics.push_back(read_toxic(toxic));
    }
    return use;
}

TEST(PathDelay, IsTheSumOfAllToxicsInEachDirection) {
    const path_delay way = delay_of(use_with({"latency:latency=40ms,jitter=10ms,stream=upstream",
                                              "latency:latency=20ms", "slow_close:delay=5ms"}));
    EXPECT_EQ(way.up, 50ms);
    EXPECT_EQ(way.down, 25ms);
    EXPECT_EQ(way.round_trip(), 75ms);
}

TEST(PathDelay, CountsALateDialAsTheWayUpWhateverItsStream) {
    EXPECT_EQ(delay_of(use_with({"connect_delay:delay=30ms"})), (path_delay{30ms, 0ms}));
}

TEST(PathDelay, KnowsNothingOfWhatDependsOnWhatIsSaid) {
    EXPECT_EQ(delay_of(use_with({"bandwidth:rate=1KiB/s", "reset_peer:timeout=1s"})), path_delay());
}

TEST(PathDelay, IsTheWorstOfTheLinksAtAPlace) {
    const std::array links{use_with({"latency:latency=10ms"}), use_with({"latency:latency=30ms"}),
                           use_with({"latency:latency=99ms"}, link_place::target_and_origins)};
    EXPECT_EQ(delay_of(links, link_place::load_and_target).down, 30ms);
    EXPECT_EQ(allowance_of(links), 4 * 129ms);
}

TEST(ConditionsOfLinks, MakeSlowOrSilentClientsOfAll) {
    EXPECT_THAT(conditions_of(std::array{use_with({"latency:latency=1s"})}), IsEmpty());
    EXPECT_THAT(conditions_of(std::array{use_with({"bandwidth:rate=1KiB/s"})}),
                ElementsAre(held_condition::slow_reader));
    EXPECT_THAT(conditions_of(std::array{use_with({"blackhole"})}),
                ElementsAre(held_condition::vanished));
    EXPECT_THAT(conditions_of(std::array{use_with({"blackhole"}, link_place::target_and_origins)}),
                IsEmpty());
}

}  // namespace
}  // namespace stormdrain
