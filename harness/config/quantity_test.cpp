#include "harness/config/quantity.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::Eq;
using testing::Optional;

TEST(Quantity, ReadsEveryUnitOfTimeExactly) {
    EXPECT_THAT(read_duration("40us"), Optional(duration(40us)));
    EXPECT_THAT(read_duration("250ms"), Optional(duration(250ms)));
    EXPECT_THAT(read_duration("1.5s"), Optional(duration(1500ms)));
    EXPECT_THAT(read_duration("2min"), Optional(duration(2min)));
    EXPECT_THAT(read_duration("20m"), Optional(duration(20min)));
    EXPECT_THAT(read_duration("1.5m"), Optional(duration(90s)));
    EXPECT_THAT(read_duration("0.000001h"), Optional(duration(3600us)));
    EXPECT_THAT(read_duration("0s"), Optional(duration{}));
}

TEST(Quantity, RefusesWhatIsNoDuration) {
    for (const char* text : {"", "5", "s", "-5s", "+5s", "5 s", "5S", "1e3s", "1.s", ".5s", "5s ",
                             "5M", "0.0001us", "2562048h", "99999999999999999999s"}) {
        EXPECT_THAT(read_duration(text), Eq(std::nullopt)) << text;
    }
}

TEST(Quantity, ReadsSizesAndRates) {
    EXPECT_THAT(read_size_bytes("512B"), Optional(512U));
    EXPECT_THAT(read_size_bytes("8MiB"), Optional(8U << 20));
    EXPECT_THAT(read_rate_bytes_per_second("16KiB/s"), Optional(16U << 10));
    for (const char* text : {"512", "1.5KiB", "8MB", "16KiB/s", "99999999999GiB"}) {
        EXPECT_THAT(read_size_bytes(text), Eq(std::nullopt)) << text;
    }
    EXPECT_THAT(read_rate_bytes_per_second("16KiB"), Eq(std::nullopt));
}

TEST(Quantity, SpellsWhatItReads) {
    for (const char* text : {"0s", "40us", "1500ms", "90s", "2min", "24h"}) {
        EXPECT_EQ(spell_duration(read_duration(text).value()), text);
    }
    for (const char* text : {"0B", "1000B", "64KiB", "3GiB"}) {
        EXPECT_EQ(spell_size(read_size_bytes(text).value()), text);
    }
    EXPECT_EQ(spell_duration(read_duration("2m").value()), "2min");
    EXPECT_EQ(spell_duration(-2s), "-2s");
    EXPECT_EQ(spell_duration(1ns), "1ns");
}

TEST(Quantity, KnowsTheHabitsOfOtherTools) {
    EXPECT_THAT(corrected_duration("5 mins"), Optional(Eq("5min")));
    EXPECT_THAT(corrected_duration("1.5 seconds"), Optional(Eq("1.5s")));
    EXPECT_THAT(corrected_duration(" 7 hours "), Optional(Eq("7h")));
    EXPECT_THAT(corrected_duration("soon"), Eq(std::nullopt));
    EXPECT_THAT(corrected_size("64 KB"), Optional(Eq("64KiB")));
    EXPECT_THAT(corrected_size("64 XB"), Eq(std::nullopt));
}

}  // namespace
}  // namespace stormdrain
