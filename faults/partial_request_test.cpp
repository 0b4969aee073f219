#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PartialRequest : public fault_fixture {};

TEST_F(PartialRequest, CutsTheHeadWhereTheSeedSays) {
    const auto partial = make("partial_request", R"({"for": "20ms"})");
    EXPECT_EQ(partial->holds(), held_condition::partial_header);
    surroundings held;
    held.let_go = surroundings::release::never;
    const injection happened = inject_into(listening(), *partial, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr(" bytes of the request's head sent; the server's socket "
                                          "is ESTABLISHED"));
    EXPECT_THAT(received_, StartsWith("G"));
    EXPECT_THAT(received_, Not(HasSubstr("\r\n\r\n")));
    const std::string once = std::exchange(received_, {});
    inject_into(listening(), *partial, held);
    EXPECT_EQ(received_, once);
}

TEST_F(PartialRequest, CutsTheHeadBehindSoManyBytes) {
    const auto partial = make("partial_request", R"({"bytes": "7B"})");
    EXPECT_TRUE(partial->stands_until_released());
    const injection happened = inject_into(listening(), *partial);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(received_, "GET / H");
}

TEST_F(PartialRequest, CutsTheBodyBehindSoManyBytes) {
    const auto partial = make("partial_request", R"({"at": "request_body", "bytes": "3B"})");
    EXPECT_EQ(partial->holds(), held_condition::partial_body);
    EXPECT_THAT(partial->needed_routes(), testing::ElementsAre("upload"));
    const injection happened = inject_into(listening(), *partial);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("the request's head and 3 of 1024 bytes of its body"));
    const std::size_t head_end = received_.find("\r\n\r\n");
    ASSERT_NE(head_end, std::string::npos);
    EXPECT_EQ(received_.size(), head_end + 4 + 3);
}

TEST_F(PartialRequest, IsNotDeliveredWhereThereIsNothingToCut) {
    const auto beyond = make("partial_request", R"({"bytes": "4KiB"})");
    const injection happened = inject_into(listening(), *beyond);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, EndsWith("bytes cannot be cut behind 4096"));

    const auto no_body = make("partial_request", R"({"at": "request_body", "route": "small"})");
    const injection bodiless = inject_into(listening(), *no_body);
    EXPECT_THAT(bodiless, Not(WasDelivered()));
    EXPECT_EQ(bodiless.proof, "the request's body of 0 bytes cannot be cut behind 0");
}

}  // namespace
}  // namespace stormdrain
