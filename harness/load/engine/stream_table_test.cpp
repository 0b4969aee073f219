#include "harness/load/engine/stream_table.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;

request_under_way numbered(std::uint64_t id) {
    request_under_way made;
    made.id = id;
    return made;
}

std::vector<std::uint64_t> emptied(stream_table& table) {
    std::vector<std::uint64_t> ids;
    while (!table.is_empty()) {
        ids.push_back(table.oldest().request.id);
        table.remove(table.oldest());
    }
    return ids;
}

TEST(StreamTable, KnowsTheOldestWhateverIsRemoved) {
    stream_table table(4);
    EXPECT_TRUE(table.is_empty());
    std::vector<stream_under_way*> places;
    for (std::uint64_t id = 0; id < 4; ++id) {
        places.push_back(&table.push(numbered(id)));
    }
    EXPECT_TRUE(table.is_full());
    table.remove(*places[1]);
    EXPECT_EQ(table.size(), 3U);
    table.push(numbered(4));
    table.remove(*places[0]);
    table.push(numbered(5));
    EXPECT_THAT(emptied(table), ElementsAre(2, 3, 4, 5));
}

TEST(StreamTable, ForgetsWhatStoodInAPlaceBefore) {
    stream_table table(1);
    stream_under_way& first = table.push(numbered(1));
    first.is_whole = true;
    first.head.status = 200;
    table.remove(first);
    const stream_under_way& second = table.push(numbered(2));
    EXPECT_FALSE(second.is_whole);
    EXPECT_EQ(second.head.status, 0);
}

TEST(StreamTable, HasRoomForAllAgainWhenItIsCleared) {
    stream_table table(3);
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t id = 0; id < 3; ++id) {
            table.push(numbered(id));
        }
        table.clear();
        EXPECT_TRUE(table.is_empty());
    }
    EXPECT_FALSE(table.is_full());
}

}  // namespace
}  // namespace stormdrain
