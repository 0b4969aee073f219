#include "harness/checks/evidence.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;

TEST(Evidence, TellsHowRequestsFailedAndOnWhatConnections) {
    cycle_record record = clean_record();
    record.requests.ordinary = 8'357;
    record.requests.answered_after_stop = 57;
    request_row row = on_reused(cut_request(1s, request_end::end_of_stream), 1ms);
    row.error = "End of file";
    row.connection_age = 2ms;
    add_request(record, row);
    row.connection_age = 4ms;
    add_request(record, row);
    add_request(record, with_half_a_response(cut_request(1s)));
    EXPECT_EQ(answered_share(record.requests),
              "8,300 of 8,303 requests answered, 99.9 %; failed: 2 on reused connections, 1 on "
              "fresh ones");
    EXPECT_THAT(describe_failures(record.requests),
                testing::ElementsAre("failed on reused connections, 2 ms to 4 ms old: head "
                                     "end_of_stream (End of file) 2; ipv4",
                                     "failed on fresh connections: body reset 1; ipv4"));
    const judgement result = judge(*find_check("unannounced_close"), record, {});
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().evidence,
                testing::Contains(testing::StartsWith("failed on reused connections")));
}

TEST(Evidence, AConnectionEndsAtTheFirstSignOfTheServers) {
    injection one;
    EXPECT_EQ(ended_by_server(one), std::nullopt);
    one.server_released = 2s;
    EXPECT_EQ(ended_by_server(one), 2s);
    one.server_closed = 3s;
    EXPECT_EQ(ended_by_server(one), 2s);
    one.server_released.reset();
    EXPECT_EQ(ended_by_server(one), 3s);
}

TEST(Evidence, OnlyADeliveredFaultDisturbs) {
    cycle_record record = clean_record();
    record.faults.emplace_back().disturbs_requests = true;
    EXPECT_FALSE(was_disturbed_on_purpose(record));
    record.faults.back().delivered_count = 1;
    EXPECT_TRUE(was_disturbed_on_purpose(record));
    record.faults.back().disturbs_requests = false;
    EXPECT_FALSE(was_disturbed_on_purpose(record));
}

TEST(Evidence, GroupsDigits) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1'000), "1,000");
    EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

}  // namespace
}  // namespace stormdrain
