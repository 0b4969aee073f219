#include "harness/load/engine/slow_counts.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using row = slow_board::row;

TEST(SlowBoard, CountsUpAndDown) {
    slow_board board;
    board.add(row::held);
    board.add(row::held, 2);
    board.take(row::held);
    board.lived(3s);
    board.lived(1s);
    board.lived(2s);
    board.unmade(EMFILE);
    board.unmade(ENFILE);
    const slow_counts seen = board.look();
    EXPECT_EQ(seen.held, 2U);
    EXPECT_EQ(seen.shortest_life, 1s);
    EXPECT_EQ(seen.longest_life, 3s);
    EXPECT_EQ(seen.unmade, 2U);
    EXPECT_EQ(seen.unmade_errno, EMFILE) << "the first";
    EXPECT_FALSE(board.is_to_end());
    board.ask_to_end();
    EXPECT_TRUE(board.is_to_end());
}

TEST(SlowCounts, AddUpToThoseOfAll) {
    slow_counts one;
    one.held = 3;
    one.connected = 4;
    one.answered = one.answered_408 = 1;
    one.shortest_life = one.longest_life = 5s;
    slow_counts other;
    other.held = 1;
    other.connected = 1;
    other.unreached = 2;
    other.unreached_errno = ETIMEDOUT;
    slow_counts all = one;
    all.add(other);
    EXPECT_EQ(all.held, 4U);
    EXPECT_EQ(all.connected, 5U);
    EXPECT_EQ(all.answered_408, 1U);
    EXPECT_EQ(all.unreached, 2U);
    EXPECT_EQ(all.unreached_errno, ETIMEDOUT);
    EXPECT_EQ(all.shortest_life, 5s) << "the other has none";
    EXPECT_EQ(all.longest_life, 5s);
}

}  // namespace
}  // namespace stormdrain
