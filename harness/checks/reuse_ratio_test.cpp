#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using kind = judgement::kind;

cycle_record with_origin(std::uint64_t requests, std::uint64_t reused) {
    cycle_record record = clean_record();
    origin_record& origin = record.origins.emplace_back();
    origin.name = "web";
    origin.where = {"127.0.0.1", 9000};
    origin.hosts = {"a.test", "b.test"};
    origin.requests_count = requests;
    origin.reused_count = reused;
    origin.accepted_count = requests - reused;
    origin_connection_row& row = origin.connections.emplace_back();
    row.number = 1;
    row.sni = "a.test";
    row.requests_count = 1;
    row.opened = 1s;
    row.ended = 1100ms;
    row.end = origin_end::closed_by_proxy;
    return record;
}

judgement judged(const cycle_record& record, std::optional<double> wanted) {
    promises promised;
    promised.expected.origin_reuse_min = wanted;
    return judge(*find_check("reuse_ratio"), record, promised);
}

TEST(ReuseRatio, IsBrokenByAConnectionForEachRequest) {
    const judgement result = judged(with_origin(100, 0), 0.9);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("at least 90 %"), HasSubstr("0 %, 100 requests on 100 new"),
                      HasSubstr("hosts a.test, b.test")));
    EXPECT_THAT(result.findings.front().evidence,
                Contains(AllOf(HasSubstr("connection 1 for a.test: 1 request"),
                               HasSubstr("closed_by_proxy at 1.1"))));
}

TEST(ReuseRatio, IsKeptFromTheExpectedShareOn) {
    EXPECT_EQ(judged(with_origin(100, 90), 0.9).outcome, kind::kept);
    EXPECT_EQ(judged(with_origin(100, 89), 0.9).outcome, kind::broken);
}

TEST(ReuseRatio, IsTakenOverAllOrigins) {
    cycle_record record = with_origin(50, 0);
    record.origins.push_back(with_origin(50, 50).origins.front());
    EXPECT_EQ(judged(record, 0.5).outcome, kind::kept);
    EXPECT_EQ(judged(record, 0.51).outcome, kind::broken);
}

TEST(ReuseRatio, SaysNothingOfAFewRequests) {
    EXPECT_EQ(judged(with_origin(19, 0), 0.9).outcome, kind::not_judged);
    EXPECT_EQ(judged(with_origin(20, 0), 0.9).outcome, kind::broken);
}

TEST(ReuseRatio, IsOfScenariosThatExpectItAndTargetsWithOriginsOnly) {
    EXPECT_EQ(judged(with_origin(100, 0), {}).outcome, kind::not_applicable);
    EXPECT_EQ(judged(clean_record(), 0.9).outcome, kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
