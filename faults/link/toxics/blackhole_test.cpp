#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind blackhole;

namespace {

using testing::ElementsAre;

TEST(Blackhole, HoldsBytesFinAndRstUntilItIsTakenOff) {
    toxic_trial trial(blackhole);
    EXPECT_EQ(trial.strikes_count(), 0U);
    trial.take(0, "a");
    trial.take(1, piece::kind::end);
    trial.take(2, piece::kind::reset);
    EXPECT_EQ(trial.strikes_count(), 3U);
    EXPECT_THAT(trial.released(),
                ElementsAre(at(toxic_trial::never, "a"), at(toxic_trial::never, piece::kind::end),
                            at(toxic_trial::never, piece::kind::reset)));
}

}  // namespace
}  // namespace stormdrain::toxics
