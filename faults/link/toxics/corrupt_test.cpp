#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind corrupt;

namespace {

using testing::ElementsAre;

// How many bits differ, when at most one does in any byte.
std::uint64_t wrong_bytes(const std::string& left, const std::string& right) {
    std::uint64_t count = 0;
    EXPECT_EQ(left.size(), right.size());
    for (std::size_t at = 0; at < left.size(); ++at) {
        const auto wrong = static_cast<unsigned char>(left[at] ^ right[at]);
        EXPECT_EQ(wrong & (wrong - 1), 0) << "more than one bit of byte " << at;
        count += wrong != 0 ? 1 : 0;
    }
    return count;
}

TEST(Corrupt, FlipsOneBitInAboutEveryThousandBytes) {
    const std::string sent(1'000'000, 'x');
    toxic_trial trial(corrupt, {1'000}, 4);
    trial.take(0, sent);
    const std::uint64_t wrong = wrong_bytes(trial.released_bytes(), sent);
    EXPECT_EQ(wrong, trial.strikes_count());
    EXPECT_NEAR(static_cast<double>(wrong), 1'000, 100);
}

TEST(Corrupt, StrikesTheSameBytesHoweverTheStreamIsCut) {
    const std::string sent(20'000, 'x');
    toxic_trial whole(corrupt, {100}, 4);
    toxic_trial cut(corrupt, {100}, 4);
    whole.take(0, sent);
    for (std::size_t at = 0; at < sent.size(); at += 7) {
        cut.take(0, sent.substr(at, 7));
    }
    EXPECT_EQ(whole.released_bytes(), cut.released_bytes());
}

TEST(Corrupt, OfEveryByteLeavesNone) {
    toxic_trial trial(corrupt, {1});
    trial.take(0, "abcdefgh");
    EXPECT_EQ(wrong_bytes(trial.released_bytes(), "abcdefgh"), 8U);
}

TEST(Corrupt, LeavesTheEndsAlone) {
    toxic_trial trial(corrupt, {1});
    trial.take(0, piece::kind::end);
    EXPECT_THAT(trial.released(), ElementsAre(at(0, piece::kind::end)));
}

}  // namespace
}  // namespace stormdrain::toxics
