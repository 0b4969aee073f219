#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind limit_data;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LimitData, ClosesBehindTheLastByteThatIsAllowed) {
    toxic_trial trial(limit_data, {5});
    trial.take(0, "abc");
    EXPECT_EQ(trial.strikes_count(), 0U);
    trial.take(1, "defg");
    trial.take(2, "dropped");
    trial.take(3, piece::kind::end);
    EXPECT_THAT(trial.released(),
                ElementsAre(at(0, "abc"), at(1, "de"), at(1, piece::kind::close)));
    EXPECT_EQ(trial.strikes_count(), 1U);
}

TEST(LimitData, ClosesAtTheLimitWithoutWaitingForMore) {
    toxic_trial trial(limit_data, {3});
    trial.take(0, "abc");
    EXPECT_THAT(trial.released(), ElementsAre(at(0, "abc"), at(0, piece::kind::close)));
}

TEST(LimitData, OfZeroClosesAtTheFirstByte) {
    toxic_trial trial(limit_data, {0});
    EXPECT_THAT(trial.released(), IsEmpty());
    trial.take(0, "a");
    EXPECT_THAT(trial.released(), ElementsAre(at(0, piece::kind::close)));
}

TEST(LimitData, CountsOnWhenItsSettingsChange) {
    toxic_trial before(limit_data, {10});
    before.take(0, "abcd");
    toxic_trial after(limit_data, {6});
    after.state().follows(before.state());
    after.take(1, "efgh");
    EXPECT_THAT(after.released(), ElementsAre(at(1, "ef"), at(1, piece::kind::close)));
}

}  // namespace
}  // namespace stormdrain::toxics
