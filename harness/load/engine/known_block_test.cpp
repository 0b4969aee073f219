#include "harness/load/engine/known_block.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stormdrain {
namespace {

using namespace std::string_literals;

// Blocks by hand (RFC 7541 section 6): ":status: 200", and "date" with a value of 4 letters.
const std::string status_200 = "\x88";
const std::string added_date =
    "\x61\x04"
    "noon"s;
const std::string unadded_date =
    "\x0f\x12\x04"
    "noon"s;
const std::string added_name =
    "\x40\x01"
    "x\x01"
    "y"s;
const std::string entry_of_table = "\xbe";  // 62: the latest addition

http2_answer_head head_of(std::uint64_t content_length) {
    return {200, content_length};
}

TEST(KindOfBlock, SaysWhatItDoesWithTheTable) {
    EXPECT_TRUE(kind_of_block(status_200).is_whole);
    EXPECT_EQ(kind_of_block(status_200 + added_date + added_name).additions_count, 2U);
    EXPECT_FALSE(kind_of_block(status_200 + added_date).refers_to_table);
    EXPECT_EQ(kind_of_block(status_200 + unadded_date).additions_count, 0U);
    EXPECT_TRUE(kind_of_block(status_200 + entry_of_table).refers_to_table);
    // A literal whose name is an entry: 15 + 47 = 62.
    EXPECT_TRUE(kind_of_block("\x0f\x2f\x01"
                              "y"s)
                    .refers_to_table);
    EXPECT_FALSE(kind_of_block("\x0f\x2e\x01"
                               "y"s)
                     .refers_to_table);
}

TEST(KindOfBlock, KnowsWhatIsNone) {
    EXPECT_FALSE(kind_of_block("\x20" + status_200).is_whole);  // another size of the table
    EXPECT_FALSE(kind_of_block("\x61\x05"
                               "noon"s)
                     .is_whole);
    EXPECT_FALSE(kind_of_block("\x61"s).is_whole);
    EXPECT_FALSE(kind_of_block("\x40\x7f\xff\xff\xff\xff\xff\x01"s).is_whole);
    EXPECT_FALSE(kind_of_block("\xff"s).is_whole);
}

TEST(KnownBlock, IsWhatWasRememberedAndNothingElse) {
    known_block known;
    EXPECT_TRUE(known.is_empty());
    EXPECT_FALSE(known.is(""));
    const std::string block = status_200 + unadded_date;
    known.remember(block, {200, std::nullopt});
    EXPECT_TRUE(known.is(block));
    EXPECT_FALSE(known.is(block + status_200));
    EXPECT_EQ(known.short_form(), status_200);
    EXPECT_EQ(known.repeats_max(), 0U);
    known.another_came();
    known.table_ended();
    EXPECT_TRUE(known.is(block));
}

TEST(KnownBlock, SaysItsLengthInItsShortForm) {
    known_block known;
    const std::string block = status_200 + added_date + added_date;
    known.remember(block, head_of(12));
    EXPECT_EQ(known.short_form(), status_200 +
                                      "\x0f\x0d\x02"
                                      "12");
    // Two entries take 64 bytes at least, and the table 4096.
    EXPECT_EQ(known.repeats_max(), 65U);
}

TEST(KnownBlock, SaysEveryStatusInItsShortForm) {
    const std::string block = status_200 + added_date + added_date;
    known_block known;
    known.remember(block, {500, std::nullopt});
    EXPECT_EQ(known.short_form(), "\x8e");
    known.remember(block, {403, std::nullopt});
    EXPECT_EQ(known.short_form(),
              "\x08\x03"
              "403");
}

TEST(KnownBlock, OfWhatRefersToTheTableIsKnownUntilAnotherCame) {
    known_block known;
    const std::string block = status_200 + std::string(6, entry_of_table.front());
    known.remember(block, {200, std::nullopt});
    EXPECT_TRUE(known.is(block));
    known.another_came();
    EXPECT_FALSE(known.is(block));
    known.remember(block, {200, std::nullopt});
    known.table_ended();
    EXPECT_FALSE(known.is(block));
}

TEST(KnownBlock, RemembersNothingThatMeansSomethingElseTheNextTime) {
    known_block known;
    const std::string block = status_200 + entry_of_table + added_date;
    known.remember(block, {200, std::nullopt});
    EXPECT_TRUE(known.is_empty());
}

TEST(KnownBlock, RemembersNothingThatIsShortAlready) {
    known_block known;
    known.remember(status_200, {200, std::nullopt});
    EXPECT_TRUE(known.is_empty());
    known.remember(std::string(known_block::bytes_max + 1, status_200.front()), head_of(1));
    EXPECT_TRUE(known.is_empty());
}

}  // namespace
}  // namespace stormdrain
