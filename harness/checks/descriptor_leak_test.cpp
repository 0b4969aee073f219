#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using kind = judgement::kind;

judgement leak(const cycle_record& record) {
    return judge(*find_check("descriptor_leak"), record, {});
}

judgement close_wait(const cycle_record& record) {
    return judge(*find_check("close_wait"), record, {});
}

void open_more(cycle_record& record, descriptor_kind what, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        record.rest.at_rest->processes.front().descriptors.push_back(
            file_descriptor(static_cast<int>(50 + i), what, 500 + i));
    }
}

TEST(DescriptorLeak, NamesTheDescriptorAndTheFaultBehindIt) {
    cycle_record record = clean_record();
    hold_at_rest(record, server_socket(17, 40112, tcp_state::established),
                 closed_connection(40112, "fault tls_silent"));
    const judgement result = leak(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().evidence.front(),
                AllOf(HasSubstr("server (pid 12)"), HasSubstr("17"), HasSubstr("ESTABLISHED"),
                      HasSubstr("client port 40112"), HasSubstr("fault tls_silent"),
                      HasSubstr("closed_by_client at 1.500 s")));
    EXPECT_EQ(close_wait(record).outcome, kind::kept);
}

TEST(DescriptorLeak, ReportsASocketWhoseConnectionWasReset) {
    cycle_record record = clean_record();
    hold_at_rest(
        record, file_descriptor(17, descriptor_kind::tcp_socket, 900),
        closed_connection(40112, "fault connection_reset", connection_end::reset_by_client));
    const judgement result = leak(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("its client was reset"));
    EXPECT_THAT(result.findings.front().evidence.back(),
                AllOf(HasSubstr("reset: fault connection_reset"), HasSubstr("40112")));
    record.rest.baseline->processes.front().descriptors.push_back(
        file_descriptor(17, descriptor_kind::tcp_socket, 900));
    EXPECT_EQ(leak(record).outcome, kind::kept) << "it was there before the load";
}

TEST(DescriptorLeak, IgnoresConnectionsThatAreNotOursOrNotOver) {
    cycle_record record = clean_record();
    connection_row open = closed_connection(40112, "load");
    open.closed.reset();
    open.end = connection_end::open;
    hold_at_rest(record, server_socket(17, 40112, tcp_state::established), open);
    hold_at_rest(record, server_socket(18, 40113, tcp_state::close_wait),
                 closed_connection(50000, "load"));
    EXPECT_EQ(leak(record).outcome, kind::kept);
    EXPECT_EQ(close_wait(record).outcome, kind::kept);
}

TEST(DescriptorLeak, NamesASharedSocketOnce) {
    cycle_record record = clean_record();
    hold_at_rest(record, server_socket(17, 40112, tcp_state::established),
                 closed_connection(40112, "load"));
    process_facts worker = record.rest.at_rest->processes.front();
    worker.pid = 13;
    record.rest.at_rest->processes.push_back(worker);
    EXPECT_EQ(leak(record).findings.front().evidence.size(), 1U);
}

TEST(DescriptorLeak, WarnsOfGrowthInOneCycleFromItsThresholdOn) {
    cycle_record record = clean_record();
    record.rest.connections_count = 200;  // 5 %: 10
    open_more(record, descriptor_kind::pipe, 9);
    EXPECT_THAT(leak(record).findings, IsEmpty());
    open_more(record, descriptor_kind::pipe, 1);
    const judgement result = leak(record);
    EXPECT_EQ(result.outcome, kind::kept) << "pools grow";
    ASSERT_THAT(result.findings, SizeIs(1));
    EXPECT_EQ(result.findings.front().how_bad, severity::warning);
    EXPECT_THAT(result.findings.front().message,
                HasSubstr("10 more of kind pipe after 200 connections"));
}

TEST(DescriptorLeak, WarnsOfSocketsThatAreNotConnectionsOfOurs) {
    cycle_record record = clean_record();
    for (std::uint16_t i = 0; i < 5; ++i) {
        hold_at_rest(record, server_socket(50 + i, 40200 + i, tcp_state::established),
                     closed_connection(50000, "load"));
    }
    EXPECT_EQ(leak(record).outcome, kind::kept);
    ASSERT_THAT(leak(record).findings, SizeIs(1));
    EXPECT_EQ(leak(record).findings.front().how_bad, severity::warning);
    hold_at_rest(record, server_socket(17, 40112, tcp_state::established),
                 closed_connection(40112, "load"));
    const judgement result = leak(record);
    EXPECT_EQ(result.outcome, kind::broken) << "one is ours, and over";
    ASSERT_THAT(result.findings, SizeIs(2));
    EXPECT_EQ(result.findings.front().how_bad, severity::failure);
    EXPECT_EQ(result.findings.back().how_bad, severity::warning);
}

TEST(DescriptorLeak, DoesNotCountWhatANewWorkerBrings) {
    cycle_record record = clean_record();
    process_facts worker = process(99, "worker", 'S');
    for (int i = 0; i < 20; ++i) {
        worker.descriptors.push_back(file_descriptor(i, descriptor_kind::epoll, 0));
    }
    record.rest.at_rest->processes.push_back(worker);
    EXPECT_EQ(leak(record).outcome, kind::kept);
}

TEST(DescriptorLeak, JudgesOnlyACensusThatCanBeCompared) {
    cycle_record no_census = clean_record();
    no_census.rest.at_rest.reset();
    EXPECT_EQ(leak(no_census).outcome, kind::not_judged);
    no_census.stop.moment = "during_load";
    EXPECT_EQ(leak(no_census).outcome, kind::not_applicable);
    cycle_record no_connection = clean_record();
    no_connection.rest.connections_count = 0;
    EXPECT_EQ(leak(no_connection).outcome, kind::not_judged);
    cycle_record hidden = clean_record();
    hidden.rest.at_rest->processes.front().descriptors_readable = false;
    EXPECT_EQ(close_wait(hidden).outcome, kind::not_applicable);
}

TEST(GrowthOverRestarts, ReportsALeakWithItsSlopeAndFirstCycle) {
    const auto points = points_of({1, 5, 9, 9, 9, 11, 13, 13, 15, 17});
    const judgement result = find_check("descriptor_leak")->examine_series(points);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(
        result.findings.front().message,
        testing::MatchesRegex(".*eventfd from 9 to 17, .* a cycle .*, first more in cycle 5"));
}

TEST(GrowthOverRestarts, AcceptsPoolsThatFillUpAndStop) {
    const check& with = *find_check("descriptor_leak");
    const auto outcome = [&](const std::vector<std::uint32_t>& values) {
        return with.examine_series(points_of(values)).outcome;
    };
    EXPECT_EQ(outcome({1, 9, 17, 20, 20, 20, 20, 20, 20}), kind::kept);
    EXPECT_EQ(outcome({0, 0, 0, 1, 2, 3, 4, 5, 5}), kind::kept) << "total below 5";
    EXPECT_EQ(outcome({0, 0, 0, 9, 5, 10, 5, 10, 20}), kind::kept) << "3 of 5 steps";
    EXPECT_EQ(outcome({0, 0, 0, 1, 2, 3, 4, 5, 6}), kind::broken);
    EXPECT_EQ(outcome({0, 9, 18, 27, 36, 45, 54, 63}), kind::not_applicable) << "too short";
}

TEST(DescriptorLeak, NamesConnectionsToOriginsThatAreOver) {
    cycle_record record = clean_record();
    hold_upstream_at_rest(record, 21, 50001, tcp_state::established);
    EXPECT_EQ(judge(*find_check("close_wait"), record, {}).outcome, judgement::kind::kept);
    const judgement result = judge(*find_check("descriptor_leak"), record, {});
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().message, testing::HasSubstr("1 socket to origins"));
}

}  // namespace
}  // namespace stormdrain
