#include "faults/link/place.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::Optional;

TEST(Place, IsReadAsHostAndPort) {
    EXPECT_THAT(read_place("127.0.0.1:80"), Optional(place{"127.0.0.1", 80}));
    EXPECT_THAT(read_place("[::1]:443"), Optional(place{"::1", 443}));
    EXPECT_THAT(read_place("db.example:5432"), Optional(place{"db.example", 5432}));
    EXPECT_THAT(read_place(":0"), Optional(place{"", 0}));
}

TEST(Place, TakesNothingThatLeavesAQuestion) {
    for (const char* const text : {"", "80", "::1:80", "localhost", "localhost:", "localhost:x",
                                   "localhost:70000", "http://a:80", "a b:80"}) {
        EXPECT_FALSE(read_place(text)) << text;
    }
}

TEST(Place, KnowsLoopbackWithoutAskingAnybody) {
    EXPECT_EQ(to_text(known_addresses({"localhost", 80}).front()), "127.0.0.1:80");
    EXPECT_EQ(to_text(known_addresses({"::1", 80}).front()), "[::1]:80");
    EXPECT_EQ(known_addresses({"", 80}).size(), 2U);
    EXPECT_TRUE(known_addresses({"db.example", 80}).empty());
}

}  // namespace
}  // namespace stormdrain
