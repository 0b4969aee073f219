#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind reset_peer;

namespace {

using testing::ElementsAre;

TEST(ResetPeer, StrikesWithoutAWordBeingSaid) {
    toxic_trial trial(reset_peer, {0});
    trial.wait_until(0);
    EXPECT_THAT(trial.released(), ElementsAre(at(0, piece::kind::reset)));
    EXPECT_EQ(trial.strikes_count(), 1U);
}

TEST(ResetPeer, WaitsForItsTimeAndKeepsWhatComesUntilThen) {
    toxic_trial trial(reset_peer, {2'000});
    trial.take(5, "kept");
    trial.wait_until(1'999.9);
    EXPECT_EQ(trial.strikes_count(), 0U);
    trial.wait_until(2'000);
    EXPECT_THAT(trial.released(),
                ElementsAre(at(2'000, piece::kind::reset), at(toxic_trial::never, "kept")));
}

}  // namespace
}  // namespace stormdrain::toxics
