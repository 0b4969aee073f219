#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind timeout;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Timeout, DropsBytesAndClosesWhenItsTimeIsOver) {
    toxic_trial trial(timeout, {250});
    trial.take(10, "dropped");
    trial.wait_until(249.9);
    EXPECT_THAT(trial.released(), IsEmpty());
    trial.wait_until(250);
    EXPECT_THAT(trial.released(), ElementsAre(at(250, piece::kind::close)));
    trial.wait_until(10'000);
    EXPECT_THAT(trial.released(), IsEmpty()) << "it closes once";
}

TEST(Timeout, OfZeroNeverClosesUntilItIsTakenOff) {
    toxic_trial trial(timeout, {0});
    EXPECT_EQ(trial.state().acts_at(), time_point::max());
    trial.take(10, "dropped");
    EXPECT_THAT(trial.released(), IsEmpty());
    EXPECT_EQ(trial.state().farewell(), the(piece::kind::close));
}

TEST(Timeout, LetsTheFinThrough) {
    toxic_trial trial(timeout, {250});
    trial.take(10, piece::kind::end);
    EXPECT_THAT(trial.released(), ElementsAre(at(10, piece::kind::end)));
}

}  // namespace
}  // namespace stormdrain::toxics
