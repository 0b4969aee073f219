#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind slow_close;

namespace {

using testing::ElementsAre;

TEST(SlowClose, HoldsBackTheFinAndNothingElse) {
    toxic_trial trial(slow_close, {700});
    trial.take(1, "bytes");
    EXPECT_EQ(trial.strikes_count(), 0U);
    trial.take(2, piece::kind::end);
    EXPECT_THAT(trial.released(), ElementsAre(at(1, "bytes"), at(702, piece::kind::end)));
    EXPECT_EQ(trial.strikes_count(), 1U);
}

TEST(SlowClose, DoesNotHoldBackRst) {
    toxic_trial trial(slow_close, {700});
    trial.take(2, piece::kind::reset);
    EXPECT_THAT(trial.released(), ElementsAre(at(2, piece::kind::reset)));
}

}  // namespace
}  // namespace stormdrain::toxics
