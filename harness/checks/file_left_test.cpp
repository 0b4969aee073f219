#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using kind = judgement::kind;

judgement examined(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("file_left"), record, promised);
}

cycle_record record_with(residue_kind what, const std::string& name, int count = 1) {
    cycle_record record = clean_record();
    for (int index = 0; index < count; ++index) {
        const std::string number = count == 1 ? "" : std::to_string(index);
        record.residue.items.push_back({what, name + number, 0, ""});
    }
    record.residue.items_count = record.residue.items.size();
    return record;
}

promises leaving(std::vector<std::string> patterns) {
    promises promised;
    promised.while_running.leaves = std::move(patterns);
    return promised;
}

TEST(FileLeft, OnlyWarnsOfASocketWhereNothingWasPromised) {
    const judgement result = examined(record_with(residue_kind::unix_socket, "app.sock"));
    EXPECT_EQ(result.outcome, kind::kept);
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings.front().how_bad, severity::warning);
}

TEST(FileLeft, BlamesASocketForARestartThatFailed) {
    cycle_record record = record_with(residue_kind::unix_socket, "app.sock");
    record.restart.emplace();
    EXPECT_EQ(examined(record).outcome, kind::kept);
    record.restart->start.failure = "ended before it listened";
    EXPECT_EQ(examined(record).outcome, kind::broken);
}

TEST(FileLeft, NamesTheSocketThatTheNextStartFailsAt) {
    const judgement result =
        examined(record_with(residue_kind::unix_socket, "app.sock"), leaving({}));
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_EQ(result.findings.front().message,
              "promised to leave nothing behind: unix socket app.sock, the next bind(2) to it "
              "fails with EADDRINUSE");
}

TEST(FileLeft, NamesWhatOutlivesProcesses) {
    cycle_record record = record_with(residue_kind::pid_file, "server.pid");
    record.residue.items.front().detail = "holds 12, the number of a process of the server";
    record.residue.items.push_back({residue_kind::shared_memory, "cache", 4096, ""});
    record.residue.items.push_back({residue_kind::sysv_semaphore, "id 7", 0, "a set of 2"});
    const judgement result = examined(record, leaving({}));
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().evidence,
                ElementsAre("pid file server.pid, holds 12, the number of a process of the server",
                            "shared memory /dev/shm/cache",
                            "System V object sysv_semaphore id 7, a set of 2"));
}

TEST(FileLeft, ExcusesWhatTheContractLeaves) {
    const cycle_record socket = record_with(residue_kind::unix_socket, "run/app.sock");
    EXPECT_EQ(examined(socket, leaving({"*.sock"})).outcome, kind::kept);
    EXPECT_EQ(examined(socket, leaving({"*.pid", "run/app.sock"})).outcome, kind::kept);
    EXPECT_EQ(examined(socket, leaving({"*.pid", "app.sock"})).outcome, kind::broken);
    const cycle_record memory = record_with(residue_kind::shared_memory, "cache");
    EXPECT_EQ(examined(memory, leaving({"/dev/shm/cache"})).outcome, kind::kept);
    EXPECT_EQ(examined(memory, leaving({"cache"})).outcome, kind::broken);
    const cycle_record queue = record_with(residue_kind::sysv_message_queue, "id 7");
    EXPECT_EQ(examined(queue, leaving({"sysv_message_queue *"})).outcome, kind::kept);
}

TEST(FileLeft, TellsUploadsThatPileUpFromOneThatWasUnderWay) {
    const judgement few = examined(record_with(residue_kind::temporary_file, "upload/tmp", 5));
    EXPECT_EQ(few.outcome, kind::kept);
    EXPECT_THAT(few.findings, ElementsAre(Field(&finding::message,
                                                "left 5 temporary files, such as upload/tmp0")));
    const cycle_record many = record_with(residue_kind::temporary_file, "upload/tmp", 6);
    const judgement result = examined(many);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_EQ(result.findings.front().message,
              "promised to leave nothing behind: 6 temporary files, such as upload/tmp0");
    EXPECT_EQ(examined(many, leaving({"upload/*"})).outcome, kind::kept);
}

TEST(FileLeft, MindsNoTemporaryFilesOfAStopThatCutsRequestsOff) {
    promises fast;
    fast.at_stop.in_flight = in_flight_promise::truncate;
    const judgement result = examined(record_with(residue_kind::temporary_file, "tmp", 9), fast);
    EXPECT_EQ(result.outcome, kind::kept);
    EXPECT_THAT(result.findings, IsEmpty());
}

TEST(FileLeft, MindsNoLogsAndNoFreeLocks) {
    cycle_record record = record_with(residue_kind::other_file, "log.", 5);
    record.residue.items.push_back({residue_kind::lock_file, "data.lock", 0, ""});
    const judgement result = examined(record);
    EXPECT_EQ(result.outcome, kind::kept);
    EXPECT_THAT(result.findings, IsEmpty());
}

TEST(FileLeft, WarnsOfALockThatNamesTheServer) {
    cycle_record record = record_with(residue_kind::lock_file, "data.lock");
    record.residue.items.front().detail = "holds 12";
    EXPECT_EQ(examined(record).outcome, kind::kept);
    EXPECT_THAT(
        examined(record).findings,
        ElementsAre(Field(&finding::message, "left a lock: lock file data.lock, holds 12")));
}

TEST(FileLeft, WarnsOfFilesThatGrowWithTheConnections) {
    cycle_record record = record_with(residue_kind::other_file, "session.", 6);
    record.rest.connections_count = 12;
    EXPECT_THAT(examined(record).findings,
                ElementsAre(Field(&finding::message,
                                  "files pile up with the connections: 6 files after 12 "
                                  "connections")));
    record.rest.connections_count = 13;
    EXPECT_THAT(examined(record).findings, IsEmpty());
    record.rest.connections_count = 0;
    EXPECT_THAT(examined(record).findings, IsEmpty());
}

TEST(FileLeft, BlamesNobodyForTheHarnesssDoing) {
    cycle_record killed = record_with(residue_kind::unix_socket, "app.sock");
    hang(killed);
    EXPECT_EQ(examined(killed).outcome, kind::not_judged);
    cycle_record on_purpose = record_with(residue_kind::unix_socket, "app.sock");
    fault_record& fault = on_purpose.faults.emplace_back();
    fault.kind = "kill_server";
    fault.planned_count = fault.delivered_count = 1;
    fault.ends_the_server = true;
    EXPECT_EQ(examined(on_purpose).outcome, kind::not_applicable);
}

TEST(FileLeft, LeavesCrashesToExitStatus) {
    cycle_record record = record_with(residue_kind::shared_memory, "cache");
    record.exit->native = 11;  // SIGSEGV
    EXPECT_THAT(examined(record).reason, HasSubstr("see exit_status"));
    // Killed by the stop's own signal: nothing may stay behind all the same (R24).
    record.exit->native = 15;
    EXPECT_EQ(examined(record).outcome, kind::broken);
    record.stop.trigger = "GET /quit";
    EXPECT_EQ(examined(record).outcome, kind::not_judged);
    promises promised;
    promised.at_stop.exit_status = {{legal_exit::kind::signal, 15}};
    EXPECT_EQ(examined(record, promised).outcome, kind::broken);
    record.exited = stop_at - 1ms;
    EXPECT_EQ(examined(record, promised).outcome, kind::not_judged);
}

TEST(FileLeft, WaitsForTheLastProcess) {
    cycle_record record = record_with(residue_kind::shared_memory, "cache");
    record.orphans.push_back(process(77, "worker", 'S'));
    EXPECT_THAT(examined(record).reason, HasSubstr("see orphan_process"));
    record.orphans.front().state = 'Z';
    EXPECT_EQ(examined(record).outcome, kind::broken);
}

TEST(FileLeft, SaysWhenItCouldNotSee) {
    cycle_record record = clean_record();
    record.residue.unseen = "too many files";
    EXPECT_EQ(examined(record).reason, "too many files");
    record.residue.items.push_back({residue_kind::shared_memory, "cache", 0, ""});
    EXPECT_EQ(examined(record).outcome, kind::broken);
    record.in_process = true;
    record.exit.reset();
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
