#include "harness/net/script_answer.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::HasSubstr;
using kind = expectation::kind;

expectation exactly(std::string text) {
    return {kind::text, std::move(text), "", {}, 0};
}

expectation line_of(std::string prefix, std::uint64_t within = 64) {
    return {kind::line, std::move(prefix), "\r\n", {}, within};
}

expectation matching(const char* pattern, std::uint64_t within = 64) {
    return {kind::pattern, "", "", byte_pattern(pattern), within};
}

expectation so_many(std::uint64_t count) {
    return {kind::bytes, "", "", {}, count};
}

expectation the_close() {
    return {kind::close, "", "", {}, 0};
}

struct heard {
    bool is_whole = false;
    std::size_t taken = 0;
    std::string error;
    bool operator==(const heard&) const = default;
};

std::ostream& operator<<(std::ostream& out, const heard& what) {
    return out << (what.is_whole ? "whole" : "not whole") << ", taken " << what.taken << ", error '"
               << what.error << "'";
}

// The same however the bytes are cut into pieces, which is proved here for all pieces' sizes.
heard hear(const std::vector<expectation>& expected, std::string_view bytes) {
    std::optional<heard> first;
    for (std::size_t piece = bytes.size(); piece > 0; --piece) {
        script_answer answer(expected);
        heard seen;
        while (seen.taken < bytes.size() && answer.error().empty() && !answer.is_whole()) {
            seen.taken += answer.feed(bytes.substr(seen.taken, piece));
        }
        seen.is_whole = answer.is_whole();
        seen.error = answer.error();
        if (!first) {
            first = seen;
        }
        EXPECT_EQ(seen.is_whole, first->is_whole) << "in pieces of " << piece;
        EXPECT_EQ(seen.error.empty(), first->error.empty()) << "in pieces of " << piece;
        if (seen.is_whole) {
            EXPECT_EQ(seen.taken, first->taken) << "in pieces of " << piece;
        }
    }
    return first.value_or(heard{});
}

TEST(ScriptAnswer, IsWholeWhenEverythingCameInItsOrder) {
    const std::vector<expectation> expected{exactly("+OK\r\n"), line_of("$"), so_many(3),
                                            matching("[0-9]+;")};
    EXPECT_EQ(hear(expected, "+OK\r\n$3\r\nabc42;"), (heard{true, 16, ""}));
    EXPECT_EQ(hear(expected, "+OK\r\n$3\r\nabc42;more"), (heard{true, 16, ""}));
    EXPECT_FALSE(hear(expected, "+OK\r\n$3\r\nabc42").is_whole);
    EXPECT_EQ(hear(expected, "+OK\r\n$3\r\nabc42").error, "");
}

TEST(ScriptAnswer, SaysWhatCameInstead) {
    EXPECT_THAT(hear({exactly("+PONG\r\n")}, "-LOADING\r\n").error,
                HasSubstr("expected \"+PONG\\r\\n\", got \"-LOADING"));
    EXPECT_THAT(hear({line_of("250 ")}, "421 closing\r\n").error,
                HasSubstr("a line that begins with \"250 \" and ends with \"\\r\\n\" within 64"));
    EXPECT_THAT(hear({matching("[0-9]+;")}, "x").error, HasSubstr("a match of \"[0-9]+;\""));
    EXPECT_THAT(hear({the_close()}, "bye").error, HasSubstr("the server's close, got \"b"));
    EXPECT_THAT(hear({exactly(std::string("\x20\x02", 2))}, std::string("\x20\x00", 2)).error,
                HasSubstr("got the bytes 20 00"));
}

TEST(ScriptAnswer, ComparesWhatItHasOfAnAnswerAtOnce) {
    script_answer answer({exactly("+PONG\r\n")});
    answer.feed("-");
    EXPECT_NE(answer.error(), "");
}

TEST(ScriptAnswer, BoundsLinesAndPatterns) {
    EXPECT_EQ(hear({line_of("a", 5)}, "aaa\r\n"), (heard{true, 5, ""}));
    EXPECT_NE(hear({line_of("a", 5)}, "aaaa\r\n").error, "");
    EXPECT_EQ(hear({matching("a+;", 4)}, "aaa;").is_whole, true);
    EXPECT_NE(hear({matching("a+;", 4)}, "aaaa;").error, "");
}

TEST(ScriptAnswer, LooksForALinesEndBehindItsBeginning) {
    EXPECT_EQ(hear({{kind::line, "\n", "\n", {}, 9}}, "\nx\n"), (heard{true, 3, ""}));
}

TEST(ScriptAnswer, IsCompletedByAnExpectedCloseOnly) {
    script_answer closes({exactly("bye"), the_close()});
    closes.feed("bye");
    EXPECT_FALSE(closes.is_whole());
    closes.end_of_stream();
    EXPECT_TRUE(closes.is_whole());
    script_answer cut({exactly("bye")});
    cut.feed("by");
    cut.end_of_stream();
    EXPECT_FALSE(cut.is_whole());
}

TEST(ScriptAnswer, ShowsBytesToPeople) {
    EXPECT_EQ(shown_bytes("a\r\n"), "\"a\\r\\n\"");
    EXPECT_EQ(shown_bytes(std::string(41, 'a')), "\"" + std::string(40, 'a') + "\"...");
    EXPECT_EQ(shown_bytes(std::string_view("\x00\xff", 2)), "the bytes 00 ff");
}

}  // namespace
}  // namespace stormdrain
