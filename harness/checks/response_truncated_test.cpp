// Answers that end as if they were whole; requests that were cut are in request_fate_test.cpp.

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;

cycle_record answered_across_stop(std::uint64_t body_bytes) {
    cycle_record record = clean_record();
    request_row row = cut_request(stop_at - 10ms, request_end::answered);
    row.id = 12;
    row.route = "large";
    row.chunked = true;
    row.body_bytes = body_bytes;
    row.ended = stop_at + 5ms;
    record.requests.across_stop.push_back(row);
    record.requests.bodies.push_back({"large", 99, 1000, 1000});
    return record;
}

judgement judged(const cycle_record& record) {
    return judge(*find_check("response_truncated"), record, {});
}

TEST(ResponseTruncated, IsNotHiddenByAValidLastChunk) {
    const judgement result = judged(answered_across_stop(400));
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("request 12 (large"), HasSubstr("got 400 bytes"),
                      HasSubstr("all 99 answers before 1000")));
}

TEST(ResponseTruncated, IsNoAnswerOfTheUsualLength) {
    EXPECT_EQ(judged(answered_across_stop(1000)).outcome, judgement::kind::kept);
    cycle_record unknown_route = answered_across_stop(400);
    unknown_route.requests.bodies.clear();
    EXPECT_EQ(judged(unknown_route).outcome, judgement::kind::kept);
}

}  // namespace
}  // namespace stormdrain
