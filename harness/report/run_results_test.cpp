#include "harness/report/run_results.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(RateText, IsTheRateWithItsInterval) {
    EXPECT_EQ(rate_text({5, 60}), "8.3 %, 95 % interval 2.8 % .. 18.4 %");
    EXPECT_EQ(rate_text({2, 2}), "100 %, 95 % interval 15.8 % .. 100 %");
    EXPECT_EQ(range_text({0, 60}), "< 4.9 %") << "the bound of what was never seen";
    EXPECT_EQ(occurrence(failed("shutdown_deadline", 3, 2000)),
              "3 of 2000 cycles (0.15 %, 95 % interval 0.031 % .. 0.44 %)");
}

TEST(Occurrence, IsNoRateWhereSomethingShowsOverCyclesOnly) {
    check_result leak = failed("descriptor_leak", 1, 60);
    leak.samples.front().over_cycles = true;
    EXPECT_EQ(occurrence(leak), "over 60 cycles");
}

run_results replayed(std::uint64_t broken_count) {
    run_results results = mixed();
    results.facts.replays_count = 60;
    scenario_result one = scenario("slow_log", 60);
    one.checks = {passed("exit_status", 60), broken_count > 0
                                                 ? failed("shutdown_deadline", broken_count, 60)
                                                 : passed("shutdown_deadline", 60)};
    results.scenarios = {one};
    return results;
}

TEST(ReplayLines, SayHowOftenACycleBreaks) {
    EXPECT_THAT(replay_lines(replayed(5)),
                ElementsAre("salvo-0_63/shutdown/slow_log  shutdown_deadline in 5 of 60 replays: "
                            "8.3 %, 95 % interval 2.8 % .. 18.4 %"));
    EXPECT_THAT(replay_lines(replayed(0)),
                ElementsAre("salvo-0_63/shutdown/slow_log  nothing broke in 60 replays: at most "
                            "4.9 % at 95 % confidence"));
    EXPECT_THAT(replay_lines(mixed()), IsEmpty()) << "nothing was replayed";
}

TEST(IdentityLines, NameWhatBrokeAndWhatIsKnownOfIt) {
    run_results results = mixed();
    const scenario_result& red = results.scenarios.front();
    EXPECT_THAT(identity_lines(results, red, red.checks.front()), ElementsAre("identity 3f2a91bc"));
    EXPECT_THAT(identity_lines(results, red, red.checks.back()), IsEmpty());
    results.stories.emplace();
    EXPECT_THAT(identity_lines(results, red, red.checks.front()),
                ElementsAre("identity 3f2a91bc: new: the history begins here"));
}

TEST(IdentityLines, CountEachOfSeveral) {
    const run_results results = mixed();
    scenario_result red = results.scenarios.front();
    red.checks.front().identities = {{"3f2a91bc", 2}, {"77ab12cd", 1}};
    EXPECT_THAT(identity_lines(results, red, red.checks.front()),
                ElementsAre("identity 3f2a91bc, in 2 of 1400 cycles",
                            "identity 77ab12cd, in 1 of 1400 cycles"));
}

}  // namespace
}  // namespace stormdrain
