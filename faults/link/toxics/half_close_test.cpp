#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind half_close;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(HalfClose, EndsItsDirectionAtOnce) {
    toxic_trial trial(half_close);
    trial.wait_until(0);
    trial.take(1, "dropped");
    trial.take(2, piece::kind::end);
    EXPECT_THAT(trial.released(), ElementsAre(at(0, piece::kind::end)));
    EXPECT_EQ(trial.strikes_count(), 1U);
}

TEST(HalfClose, EndsItsDirectionBehindItsBytes) {
    toxic_trial trial(half_close, {4});
    trial.wait_until(1'000);
    EXPECT_THAT(trial.released(), IsEmpty());
    trial.take(1, "abc");
    trial.take(2, "def");
    EXPECT_THAT(trial.released(), ElementsAre(at(1, "abc"), at(2, "d"), at(2, piece::kind::end)));
}

TEST(HalfClose, LetsAShorterStreamEndByItself) {
    toxic_trial trial(half_close, {4});
    trial.take(1, "abc");
    trial.take(2, piece::kind::end);
    EXPECT_THAT(trial.released(), ElementsAre(at(1, "abc"), at(2, piece::kind::end)));
    EXPECT_EQ(trial.strikes_count(), 0U);
}

TEST(HalfClose, LetsRstThroughBehindItsFin) {
    toxic_trial trial(half_close);
    trial.wait_until(0);
    trial.take(2, piece::kind::reset);
    EXPECT_THAT(trial.released(), ElementsAre(at(0, piece::kind::end), at(2, piece::kind::reset)));
}

}  // namespace
}  // namespace stormdrain::toxics
