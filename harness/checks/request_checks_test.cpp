#include "harness/checks/request_checks.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

#include <array>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;

TEST(RequestChecks, ReportEveryBadRequestExactlyOnce) {
    cycle_record record = clean_record();
    record.requests.handshake_time.record(1ms);
    add_request(record, cut_request(1s, request_end::refused));
    add_request(record, cut_request(1s, request_end::timed_out));
    add_request(record, cut_request(1s, request_end::handshake_failed));
    add_request(record, cut_request(1s));
    add_request(record, on_reused(cut_request(1s), 1ms));
    add_request(record, with_half_a_response(cut_request(1s)));
    std::vector<std::string> reported;
    for (const check* one : check_catalogue()) {
        for (const finding& what : judge(*one, record, {}).findings) {
            std::ranges::copy_if(
                what.evidence, std::back_inserter(reported),
                [](const std::string& line) { return line.starts_with("request "); });
            EXPECT_EQ(what.id, one->name);
            EXPECT_EQ(what.cycle, 7U);
        }
    }
    EXPECT_EQ(reported.size(), 6U) << testing::PrintToString(reported);
}

TEST(RequestChecks, SayWhatHappenedToTheRequest) {
    cycle_record record = clean_record();
    add_request(record, with_half_a_response(cut_request(1s)));
    const judgement result = judge(*find_check("response_truncated"), record, {});
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("100 of 101 requests answered, 99.0 %"),
                      HasSubstr("failed: 0 on reused connections, 1 on fresh ones"),
                      HasSubstr("1 like this: request 100"), HasSubstr("500 of 1000 body bytes"),
                      HasSubstr("sent at 1.000 s")));
}

TEST(RequestChecks, NameTheConnectsThatHadToRetryTheirSyn) {
    cycle_record record = clean_record();
    add_request(record, cut_request(1s, request_end::timed_out));
    record.requests.connect_time.record(2ms);
    record.requests.connect_time.record(1010ms);
    const judgement result = judge(*find_check("request_failed"), record, {});
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().message,
                HasSubstr("; SYN retry: of 2 connects 1 took about 1 s"));
}

TEST(RequestChecks, AllowOnePercentOfIdleCloses) {
    promises promised;
    promised.while_running.keep_alive_timeout = 5s;
    cycle_record record = clean_record();
    record.requests.started = 300;
    const auto outcome = [&] {
        return judge(*find_check("unannounced_close"), record, promised).outcome;
    };
    for (int i = 0; i < 3; ++i) {
        add_request(record, on_reused(cut_request(1s), 5s));
    }
    EXPECT_EQ(outcome(), judgement::kind::kept);
    add_request(record, on_reused(cut_request(1s), 5s));
    EXPECT_EQ(outcome(), judgement::kind::broken);
}

TEST(RequestChecks, JudgeNothingFromNothing) {
    cycle_record record = clean_record();
    record.requests = {};
    const check& with = *find_check("request_failed");
    EXPECT_EQ(judge(with, record, {}).outcome, judgement::kind::not_judged);
    record.has_load = false;
    EXPECT_EQ(judge(with, record, {}).outcome, judgement::kind::not_applicable);
    EXPECT_EQ(judge(*find_check("handshake_failed"), clean_record(), {}).outcome,
              judgement::kind::not_applicable);
}

TEST(RequestChecks, DoNotPassWhenTheHarnessCouldNotSendOrWriteDown) {
    const check& with = *find_check("request_failed");
    cycle_record unsent = clean_record();
    add_request(unsent, cut_request(1s, request_end::harness_failed));
    EXPECT_EQ(judge(with, unsent, {}).outcome, judgement::kind::not_judged);
    cycle_record overflown = clean_record();
    overflown.requests.unusual_count = 1;
    EXPECT_EQ(judge(with, overflown, {}).outcome, judgement::kind::not_judged);
}

TEST(ConnectionSevered, HasNoExcuseInASecondSignalThatIsIgnored) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "second_signal";
    fault.planned_count = fault.delivered_count = 1;
    fault.disturbs_requests = true;
    injection& second = fault.injections.emplace_back();
    second.delivered = true;
    second.struck = second.ended = stop_at + 5ms;
    request_row row = cut_request(stop_at - 200ms);
    row.ended = stop_at + 50ms;
    add_request(record, row);
    promises promised;
    EXPECT_EQ(judge(*find_check("connection_severed"), record, promised).outcome,
              judgement::kind::kept);
    promised.at_stop.second_signal = second_signal_promise::ignored;
    EXPECT_EQ(judge(*find_check("connection_severed"), record, promised).outcome,
              judgement::kind::broken);
}

}  // namespace
}  // namespace stormdrain
