#include "harness/config/shard_options.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::IsEmpty;
using testing::Not;

shard_order read(std::string_view text) {
    invocation asked;
    EXPECT_THAT(shard_options::set_shard(asked, text), IsEmpty()) << text;
    return asked.shard;
}

TEST(ShardOptions, AShardIsCountedFromOne) {
    const shard_order order = read("2/4");
    EXPECT_EQ(order.from, shard_order::source::given);
    EXPECT_EQ(order.number, 2U);
    EXPECT_EQ(order.total, 4U);
}

TEST(ShardOptions, TheNumberMayBeTheEngines) {
    const shard_order order = read("auto/8");
    EXPECT_EQ(order.from, shard_order::source::index_detected);
    EXPECT_EQ(order.total, 8U);
    EXPECT_EQ(read("off").from, shard_order::source::off);
}

TEST(ShardOptions, RefuseWhatIsNoShard) {
    for (const char* const text : {"", "4", "0/4", "5/4", "/4", "1/", "1/0", "-1/4", "1/4/2",
                                   "auto", "auto/0", "1/100000", "one/four"}) {
        invocation asked;
        EXPECT_THAT(shard_options::set_shard(asked, text), Not(IsEmpty())) << text;
    }
}

TEST(ShardOptions, AnAttemptIsCountedFromOne) {
    invocation asked;
    EXPECT_THAT(shard_options::set_attempt(asked, "3"), IsEmpty());
    EXPECT_EQ(asked.shard.attempt, 3U);
    EXPECT_THAT(shard_options::set_attempt(asked, "0"), Not(IsEmpty()));
    EXPECT_FALSE(asked.shard.divides_cycles);
    EXPECT_THAT(shard_options::set_cycles(asked, "1"), IsEmpty());
    EXPECT_TRUE(asked.shard.divides_cycles);
}

}  // namespace
}  // namespace stormdrain
