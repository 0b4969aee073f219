#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind down;

namespace {

using testing::ElementsAre;

TEST(Down, ResetsWhoIsConnectedAndLetsNothingThrough) {
    toxic_trial trial(down);
    trial.take(0, "dropped");
    trial.wait_until(0);
    EXPECT_THAT(trial.released(), ElementsAre(at(0, piece::kind::reset)));
    EXPECT_EQ(trial.strikes_count(), 1U);
}

TEST(Down, ResetsWhoConnectsInsteadOfDialling) {
    EXPECT_EQ(down.before_dial({}).upstream, dial_change::fate::reset);
}

}  // namespace
}  // namespace stormdrain::toxics
