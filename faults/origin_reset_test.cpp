#include "faults/origin_fault_fixture.hpp"

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class OriginReset : public origin_fault_fixture {
protected:
    static std::vector<std::optional<exchange_end>> ends_of(const outcome& result) {
        std::vector<std::optional<exchange_end>> ends;
        for (const origin_answer_seen& answer : result.answers) {
            ends.push_back(answer.end);
        }
        return ends;
    }
};

TEST_F(OriginReset, StrikesSoManyRequestsAndNoMore) {
    const outcome result = strike("origin_reset", R"({"requests": 2})", 4);
    EXPECT_THAT(result.happened, WasDelivered());
    EXPECT_THAT(result.happened.proof, HasSubstr("RST instead of an answer to GET /bytes/100"));
    EXPECT_THAT(result.happened.proof, HasSubstr("2 requests in all"));
    EXPECT_THAT(ends_of(result), ElementsAre(exchange_end::reset, exchange_end::reset,
                                             exchange_end::whole, exchange_end::whole));
    EXPECT_EQ(result.seen.strikes_count, 2U);
    EXPECT_EQ(result.seen.strikes.at(0).fault, "origin_reset");
}

TEST_F(OriginReset, CutsAnAnswer) {
    const outcome result = strike("origin_reset", R"({"at": "response_body"})", 2);
    EXPECT_THAT(result.happened, WasDelivered());
    EXPECT_NE(result.answers.at(0).end, exchange_end::whole);
    EXPECT_EQ(result.answers.at(0).status, 200);
    EXPECT_EQ(result.answers.at(0).body_bytes, 50U);
    EXPECT_EQ(result.answers.at(1).end, exchange_end::whole);
}

TEST_F(OriginReset, SaysWhenFewerRequestsCame) {
    const outcome some = strike("origin_reset", R"({"requests": 3})", 1);
    EXPECT_THAT(some.happened, WasDelivered());
    EXPECT_THAT(some.happened.proof, HasSubstr("only 1 of 3 requests came"));
}

TEST_F(OriginReset, IsNotDeliveredWhenNobodyAsks) {
    const outcome none = strike("origin_reset", "{}", 0);
    EXPECT_THAT(none.happened, Not(WasDelivered()));
    EXPECT_THAT(none.happened.proof, HasSubstr("no request came to the origin web"));
}

TEST_F(OriginReset, NeedsTheOriginItNames) {
    const auto any = make("origin_reset");
    EXPECT_EQ(any->needed_origin(), "");
    EXPECT_THAT(any->needed_routes(), IsEmpty());
    EXPECT_EQ(make("origin_reset", R"({"origin": "web"})")->needed_origin(), "web");
    const outcome result = strike("origin_reset", R"({"origin": "other"})", 1);
    EXPECT_THAT(result.happened, Not(WasDelivered()));
    EXPECT_THAT(result.happened.proof, HasSubstr("no such origin"));
}

TEST_F(OriginReset, RejectsUnknownPoints) {
    std::vector<problem> problems;
    make("origin_reset", R"({"at": "handshake", "requests": 0})", problems);
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_THAT(problems[0].message, HasSubstr("\"response_body\""));
}

}  // namespace
}  // namespace stormdrain
