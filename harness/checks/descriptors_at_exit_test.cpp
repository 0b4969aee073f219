#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using testing::IsEmpty;

// A clean stop whose exit was seen, at 2.1 s.
cycle_record witnessed() {
    cycle_record record = clean_record();
    record.server_pid = 12;
    record.at_exit.witness = exit_witness::seccomp;
    exit_census end;
    end.at = *record.exited;
    end.seen_by = exit_witness::seccomp;
    end.held = process(12, "server", 'R');
    end.held.descriptors.push_back(file_descriptor(2, descriptor_kind::pipe, 7));
    record.at_exit.ends.push_back(end);
    return record;
}

void hold_at_exit(cycle_record& record, descriptor held, connection_row behind) {
    record.at_exit.ends.front().held.descriptors.push_back(std::move(held));
    record.at_exit.behind.push_back(std::move(behind));
}

judgement examine(const cycle_record& record,
                  connections_promise promise = connections_promise::any_open) {
    promises promised;
    promised.at_stop.connections_at_exit = promise;
    promised.while_running.release_within = 500ms;
    return find_check("descriptors_at_exit")->examine(record, promised);
}

TEST(DescriptorsAtExit, PassesAServerThatClosedItsConnections) {
    EXPECT_EQ(examine(witnessed(), connections_promise::closed), kept());
}

TEST(DescriptorsAtExit, NamesTheConnectionAndTheFaultBehindIt) {
    cycle_record record = witnessed();
    connection_row behind = closed_connection(40112, "fault half_close");
    behind.half_closed = 812ms;
    hold_at_exit(record, server_socket(17, 40112, tcp_state::close_wait), behind);
    const judgement said = examine(record, connections_promise::closed);
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "promised to close every connection before it exits: 1 connection still open at the "
              "exit, server (pid 12) fd 17 TCP CLOSE_WAIT 127.0.0.1:8080 <- 127.0.0.1:40112; "
              "client: fault half_close, client port 40112, opened at 1.000 s, half-closed at "
              "0.812 s, closed_by_client at 1.500 s");
}

TEST(DescriptorsAtExit, KnowsAResetConnectionByItsInode) {
    cycle_record record = witnessed();
    descriptor held = file_descriptor(9, descriptor_kind::tcp_socket, 4242);
    connection_row behind =
        closed_connection(40113, "fault connection_reset", connection_end::reset_by_client);
    behind.server_inode = 4242;
    hold_at_exit(record, held, behind);
    const judgement said = examine(record);
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message, HasSubstr("fault connection_reset"));
}

TEST(DescriptorsAtExit, LeavesAloneWhatMayHaveLedToAnOrigin) {
    cycle_record record = witnessed();
    record.at_exit.ends.front().held.descriptors.push_back(
        file_descriptor(9, descriptor_kind::tcp_socket, 4242));  // reset: it has no address
    EXPECT_EQ(examine(record, connections_promise::closed).outcome, judgement::kind::broken);
    record.origins.emplace_back();
    EXPECT_EQ(examine(record, connections_promise::closed), kept());
}

TEST(DescriptorsAtExit, LeavesOpenConnectionsToTheKernelUnlessTheContractSaysClosed) {
    cycle_record record = witnessed();
    connection_row open = closed_connection(40114, "load");
    open.closed.reset();
    hold_at_exit(record, server_socket(8, 40114, tcp_state::established), open);
    EXPECT_EQ(examine(record), kept());
    EXPECT_EQ(examine(record, connections_promise::closed).outcome, judgement::kind::broken);
}

TEST(DescriptorsAtExit, ForgivesAClientThatLeftJustBeforeTheExit) {
    cycle_record record = witnessed();
    connection_row late = closed_connection(40115, "load");
    late.closed = *record.exited - 499ms;
    hold_at_exit(record, server_socket(8, 40115, tcp_state::close_wait), late);
    EXPECT_EQ(examine(record), kept());
    record.at_exit.behind.front().closed = *record.exited - 501ms;
    EXPECT_EQ(examine(record).outcome, judgement::kind::broken);
}

TEST(DescriptorsAtExit, WarnsOfAClientThatHadLeftASecondBeforeTheStop) {
    cycle_record record = witnessed();
    connection_row early = closed_connection(40115, "load");
    early.closed = stop_at - 1001ms;
    hold_at_exit(record, server_socket(8, 40115, tcp_state::close_wait), early);
    promises promised;
    promised.while_running.release_within = 10s;
    const check& with = *find_check("descriptors_at_exit");
    const judgement said = with.examine(record, promised);
    EXPECT_EQ(said.outcome, judgement::kind::kept);
    ASSERT_EQ(said.findings.size(), 1U);
    EXPECT_THAT(said.findings.front().message,
                HasSubstr("had not closed what its clients had left"));
    record.at_exit.behind.front().closed = stop_at - 999ms;
    EXPECT_EQ(with.examine(record, promised), kept());
}

TEST(DescriptorsAtExit, DoesNotCountTheTimeOfAFaultOnTheProcess) {
    cycle_record record = witnessed();
    connection_row early = closed_connection(40115, "load");
    early.closed = 100ms;
    hold_at_exit(record, server_socket(8, 40115, tcp_state::close_wait), early);
    EXPECT_EQ(examine(record).outcome, judgement::kind::broken);
    fault_record& fault = record.faults.emplace_back();
    fault.strikes_process = true;
    injection& one = fault.injections.emplace_back();
    one.delivered = true;
    one.ended = *record.exited - 1ms;  // until then nobody read its log
    EXPECT_EQ(examine(record), kept());
}

TEST(DescriptorsAtExit, TakesASampleForNoProofThatNothingWasClosedSince) {
    cycle_record record = witnessed();
    record.at_exit.ends.front().seen_by = exit_witness::sampled;
    record.at_exit.weaker_because = "seccomp: Device or resource busy";
    connection_row open = closed_connection(40114, "load");
    open.closed.reset();
    hold_at_exit(record, server_socket(8, 40114, tcp_state::established), open);
    const judgement said = examine(record, connections_promise::closed);
    EXPECT_EQ(said.outcome, judgement::kind::not_applicable);
    EXPECT_THAT(said.reason, HasSubstr("Device or resource busy"));
}

TEST(DescriptorsAtExit, LooksAtWorkersTooAndCountsASharedSocketOnce) {
    cycle_record record = witnessed();
    exit_census worker = record.at_exit.ends.front();
    worker.held.pid = 13;
    record.at_exit.ends.push_back(worker);
    for (exit_census& end : record.at_exit.ends) {
        end.held.descriptors.push_back(server_socket(8, 40116, tcp_state::close_wait));
    }
    record.at_exit.behind.push_back(closed_connection(40116, "load"));
    const judgement said = examine(record, connections_promise::closed);
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_THAT(said.findings.front().message, HasSubstr("1 connection still open"));
}

TEST(DescriptorsAtExit, CountsToTheEndOfTheProcessThatHeldIt) {
    cycle_record record = witnessed();
    exit_census worker = record.at_exit.ends.front();
    worker.held.pid = 13;
    worker.at = 1600ms;  // its client had closed at 1.5 s
    worker.held.descriptors.push_back(server_socket(8, 40116, tcp_state::close_wait));
    record.at_exit.ends.insert(record.at_exit.ends.begin(), worker);
    record.at_exit.behind.push_back(closed_connection(40116, "load"));
    EXPECT_EQ(examine(record), kept());
    record.at_exit.ends.front().at = 2001ms;
    EXPECT_EQ(examine(record).outcome, judgement::kind::broken);
}

TEST(DescriptorsAtExit, IgnoresConnectionsToOthers) {
    cycle_record record = witnessed();
    descriptor upstream = server_socket(8, 5432, tcp_state::established);
    upstream.tcp->local.port = 50'000;
    record.at_exit.ends.front().held.descriptors.push_back(upstream);
    EXPECT_EQ(examine(record, connections_promise::closed), kept());
}

struct unseen {
    const char* name;
    void (*spoil)(cycle_record&);
    judgement::kind outcome;
    const char* reason;
};

class DescriptorsAtExitUnseen : public testing::TestWithParam<unseen> {};

TEST_P(DescriptorsAtExitUnseen, SaysWhyItCannotJudge) {
    cycle_record record = witnessed();
    GetParam().spoil(record);
    const judgement said = examine(record, connections_promise::closed);
    EXPECT_EQ(said.outcome, GetParam().outcome);
    EXPECT_EQ(said.reason, GetParam().reason);
    EXPECT_THAT(said.findings, IsEmpty());
}

constexpr unseen unseen_exits[] = {
    {"killed", [](cycle_record& record) { hang(record); }, judgement::kind::not_judged,
     "the harness killed the server; see shutdown_deadline"},
    {"hidden",
     [](cycle_record& record) { record.at_exit.ends.front().held.descriptors_readable = false; },
     judgement::kind::not_applicable, "the kernel hides the descriptors of server (pid 12)"},
    {"by_signal",
     [](cycle_record& record) {
         record.at_exit.ends.clear();
         record.exit->native = 15;
         record.at_exit.weaker_because = "ptrace: Operation not permitted";
     },
     judgement::kind::not_applicable,
     "a death by signal was not witnessed (ptrace: Operation not permitted)"},
    {"too_fast_to_be_sampled",
     [](cycle_record& record) {
         record.at_exit.ends.clear();
         record.at_exit.witness = exit_witness::sampled;
         record.at_exit.weaker_because = "seccomp: Device or resource busy";
     },
     judgement::kind::not_applicable,
     "it was over before its descriptors could be read (seccomp: Device or resource busy)"},
    {"switched_off",
     [](cycle_record& record) {
         record.at_exit = {};
         record.at_exit.weaker_because = "switched off in the target's file";
     },
     judgement::kind::not_applicable,
     "the exit was not watched (switched off in the target's file)"},
    {"lost", [](cycle_record& record) { record.at_exit.ends.clear(); }, judgement::kind::not_judged,
     "the exit was not witnessed"},
};

INSTANTIATE_TEST_SUITE_P(Exits, DescriptorsAtExitUnseen, testing::ValuesIn(unseen_exits),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace stormdrain
