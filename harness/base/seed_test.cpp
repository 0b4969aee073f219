#include "harness/base/seed.hpp"

#include <gmock/gmock.h>

#include <array>
#include <vector>

namespace stormdrain {
namespace {

using testing::ElementsAre;

// Seeds stand in reports and in people's notes: these numbers never change. They were computed by
// another implementation, in another language, from the definitions of FNV-1a and SplitMix64.
TEST(Seed, IsTheSameOnEveryMachineForEver) {
    EXPECT_EQ(cycle_seed(42, "shutdown/idle", 731), 0xa1a9a88fadc75db4U);
    EXPECT_EQ(cycle_seed(0x5eed0001, "graceful_while_loaded", 0), 0x9f282371ce22ca43U);
    EXPECT_EQ(derive(0, "", 0), 0xe587d3dff9e92ed0U);
}

TEST(Seed, DiffersInEveryInput) {
    const seed base = cycle_seed(42, "idle", 7);
    EXPECT_NE(base, cycle_seed(43, "idle", 7));
    EXPECT_NE(base, cycle_seed(42, "idlf", 7));
    EXPECT_NE(base, cycle_seed(42, "idle", 8));
    EXPECT_NE(derive(base, "client", 0), derive(base, "fault", 0));
}

TEST(Seed, ReadsAsHexadecimal) {
    EXPECT_EQ(to_hex(0x5eed0001), "0x5eed0001");
    EXPECT_EQ(to_hex(0), "0x0");
    EXPECT_EQ(to_hex(UINT64_MAX), "0xffffffffffffffff");
}

// The test vector of SplitMix64 that its other implementations carry.
TEST(RandomSource, DrawsSplitMix64) {
    random_source random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317U);
    EXPECT_EQ(random.next(), 3203168211198807973U);
    EXPECT_EQ(random.next(), 9817491932198370423U);
    EXPECT_EQ(random.next(), 4593380528125082431U);
}

TEST(RandomSource, DrawsTheSameSmallNumbersOnEveryMachine) {
    random_source random(42);
    std::vector<std::uint64_t> drawn;
    for (int draw = 0; draw < 12; ++draw) {
        drawn.push_back(random.below(10));
    }
    EXPECT_THAT(drawn, ElementsAre(3, 1, 8, 4, 0, 2, 5, 8, 5, 4, 7, 6));
    random_source fractions(0x5eed);
    EXPECT_EQ(fractions.unit(), 0.038848734697185194);
    EXPECT_EQ(fractions.unit(), 0.3328011087394298);
}

TEST(RandomSource, StaysBelowItsBound) {
    random_source random(7);
    EXPECT_EQ(random.below(1), 0U);
    for (int draw = 0; draw < 1000; ++draw) {
        EXPECT_LT(random.below(UINT64_MAX), UINT64_MAX);
        EXPECT_LT(random.unit(), 1.0);
    }
}

// A bound that does not divide 2^64 well: without rejection the lower third would come twice as
// often as the rest.
TEST(RandomSource, IsUniformForAwkwardBounds) {
    constexpr std::uint64_t bound = UINT64_MAX / 4 * 3;
    constexpr int draws_count = 30'000;
    random_source random(11);
    std::array<int, 3> thirds{};
    for (int draw = 0; draw < draws_count; ++draw) {
        ++thirds[random.below(bound) / (bound / 3 + 1)];
    }
    for (const int count : thirds) {
        EXPECT_NEAR(count, draws_count / 3, 400);  // five standard deviations
    }
}

}  // namespace
}  // namespace stormdrain
