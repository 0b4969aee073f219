#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind bandwidth;

namespace {

using testing::ElementsAre;

// 100 kB a second are 1,000 bytes in 10 ms.
TEST(Bandwidth, ReleasesEachStepWhenItIsThrough) {
    toxic_trial trial(bandwidth, {100});
    trial.take(0, std::string(2'500, 'x'));
    trial.take(0, piece::kind::end);
    EXPECT_THAT(trial.released(),
                ElementsAre(at(10, std::string(1000, 'x')), at(20, std::string(1000, 'x')),
                            at(25, std::string(500, 'x')), at(25, piece::kind::end)));
}

TEST(Bandwidth, GoesOnWhereItWasAndSavesNothingUpWhileNobodySends) {
    toxic_trial trial(bandwidth, {100});
    trial.take(0, std::string(1'000, 'a'));
    trial.take(4, std::string(1'000, 'b'));
    trial.take(1'000, std::string(1'000, 'c'));
    EXPECT_THAT(trial.released(),
                ElementsAre(at(10, std::string(1000, 'a')), at(20, std::string(1000, 'b')),
                            at(1'010, std::string(1000, 'c'))));
}

TEST(Bandwidth, OfASecondIsTheRateWhateverTheSizesAre) {
    toxic_trial trial(bandwidth, {333});
    std::size_t sent = 0;
    for (std::size_t size = 1; sent < 333'000; size = size * 7 % 1009) {
        trial.take(0, std::string(size, 'x'));
        sent += size;
    }
    double last = 0;
    for (const seen_release& one : trial.released()) {
        last = one.at_ms;
    }
    EXPECT_NEAR(last, static_cast<double>(sent) / 333, 0.01);
}

TEST(Bandwidth, OfNoRateIsNoLimit) {
    toxic_trial trial(bandwidth, {0});
    trial.take(3, std::string(100'000, 'x'));
    EXPECT_THAT(trial.released(), ElementsAre(at(3, std::string(100'000, 'x'))));
    EXPECT_EQ(trial.strikes_count(), 0U);
}

}  // namespace
}  // namespace stormdrain::toxics
