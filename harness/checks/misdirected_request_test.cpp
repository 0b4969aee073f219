#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::AllOf;
using testing::HasSubstr;
using kind = judgement::kind;

cycle_record with_origin(origin_protocol speaks, std::uint64_t judged_count) {
    cycle_record record = clean_record();
    origin_record& origin = record.origins.emplace_back();
    origin.name = "web";
    origin.speaks = speaks;
    origin.requests_count = 100;
    origin.judged_count = judged_count;
    return record;
}

judgement judged(const cycle_record& record) {
    return judge(*find_check("misdirected_request"), record, {});
}

TEST(MisdirectedRequest, IsReportedWithBothNames) {
    cycle_record record = with_origin(origin_protocol::https, 100);
    record.origins.front().misdirected_count = 50;
    record.origins.front().misdirected.push_back({"b.test", "a.test", "/x", 4, 1500ms});
    const judgement result = judged(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("50 of 100 requests went astray"),
                      HasSubstr("/x for the host b.test on connection 4, which was made for "
                                "a.test, at 1.5")));
}

TEST(MisdirectedRequest, IsKeptWhenNoneWentAstray) {
    EXPECT_EQ(judged(with_origin(origin_protocol::https, 100)).outcome, kind::kept);
}

TEST(MisdirectedRequest, NeedsTlsAndANameToJudgeBy) {
    EXPECT_EQ(judged(clean_record()).outcome, kind::not_applicable);
    EXPECT_EQ(judged(with_origin(origin_protocol::http, 0)).outcome, kind::not_applicable);
    EXPECT_EQ(judged(with_origin(origin_protocol::https, 0)).outcome, kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
