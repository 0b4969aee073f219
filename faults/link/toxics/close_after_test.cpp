#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind close_after;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CloseAfter, ClosesWhenItsTimeIsOverWhateverIsSaid) {
    toxic_trial trial(close_after, {300});
    trial.take(299, "passes");
    trial.wait_until(299.9);
    EXPECT_THAT(trial.released(), ElementsAre(at(299, "passes")));
    trial.wait_until(300);
    EXPECT_THAT(trial.released(), ElementsAre(at(300, piece::kind::close)));
    trial.wait_until(10'000);
    EXPECT_THAT(trial.released(), IsEmpty());
    EXPECT_EQ(trial.strikes_count(), 1U);
}

}  // namespace
}  // namespace stormdrain::toxics
