#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind noop;

namespace {

TEST(Noop, LetsEverythingThroughAndClaimsNothing) {
    toxic_trial trial(noop);
    trial.take(1, "bytes");
    trial.take(2, piece::kind::end);
    EXPECT_THAT(trial.released(), testing::ElementsAre(at(1, "bytes"), at(2, piece::kind::end)));
    EXPECT_EQ(trial.strikes_count(), 0U);
}

}  // namespace
}  // namespace stormdrain::toxics
