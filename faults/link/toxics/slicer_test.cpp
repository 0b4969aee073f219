#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace stormdrain::toxics {

extern const toxic_kind slicer;

namespace {

using testing::ElementsAre;

// Sizes of what left it.
std::vector<std::size_t> sizes_of(const std::vector<seen_release>& seen) {
    std::vector<std::size_t> sizes;
    for (const seen_release& one : seen) {
        sizes.push_back(one.what.bytes.size());
    }
    return sizes;
}

TEST(Slicer, CutsIntoPiecesThatFollowEachOtherAtItsDelay) {
    toxic_trial trial(slicer, {2, 0, 500});
    trial.take(10, "abcde");
    EXPECT_THAT(trial.released(), ElementsAre(at(10, "ab"), at(10.5, "cd"), at(11, "e")));
}

TEST(Slicer, VariesTheSizesWithinTheirLimitsAndLosesNoByte) {
    toxic_trial trial(slicer, {100, 30, 0}, 9);
    std::string sent;
    for (int index = 0; index < 100'000; ++index) {
        sent += static_cast<char>(index * 31);
    }
    trial.take(0, sent);
    const std::vector<seen_release> seen = trial.released();
    std::string got;
    for (const seen_release& one : seen) {
        got += one.what.bytes;
    }
    EXPECT_EQ(got, sent);
    std::vector<std::size_t> sizes = sizes_of(seen);
    sizes.pop_back();
    EXPECT_EQ(*std::ranges::min_element(sizes), 70U);
    EXPECT_EQ(*std::ranges::max_element(sizes), 130U);
    EXPECT_NEAR(static_cast<double>(sent.size()) / static_cast<double>(seen.size()), 100, 4);
}

TEST(Slicer, GoesOnAtItsDelayFromReadToRead) {
    toxic_trial trial(slicer, {1, 0, 1'000});
    trial.take(0, "ab");
    trial.take(0.5, "c");
    trial.take(0.5, piece::kind::end);
    EXPECT_THAT(trial.released(),
                ElementsAre(at(0, "a"), at(1, "b"), at(2, "c"), at(3, piece::kind::end)));
}

TEST(Slicer, WithAVariationAsLargeAsItsSizeStillMakesProgress) {
    toxic_trial trial(slicer, {1, 10, 0});
    trial.take(0, "abc");
    EXPECT_EQ(trial.released().size(), 3U);
}

}  // namespace
}  // namespace stormdrain::toxics
