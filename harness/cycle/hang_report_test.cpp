#include "harness/cycle/hang_report.hpp"

#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <iterator>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

hang_record some_hang() {
    hang_record hang;
    hang.cause = hang_cause::stuck_connection;
    hang.why = "stuck connection: fd 17";
    hang.watched = 150ms;
    thread_facts thread;
    thread.process = 4711;
    thread.thread = 4712;
    thread.name = "worker";
    thread.state = 'S';
    thread.syscall = "recvfrom";
    thread.descriptor = 17;
    thread.wait_in = "wait_woken";
    thread.cpu_used = 2ms;
    hang.threads.push_back(thread);
    hang.stacks.push_back({"server", {4712}, {"recv in libc.so.6", "serve at server.cpp:7"}});
    held_connection held;
    held.process = 4711;
    held.what.number = 17;
    held.what.kind = descriptor_kind::tcp_socket;
    held.what.inode = 9;
    hang.connections.push_back(held);
    return hang;
}

cycle_record some_cycle() {
    cycle_record cycle;
    cycle.id.target = "server";
    cycle.stop.trigger = "SIGTERM";
    cycle.stop.promised = 2s;
    cycle.stop.triggered = 812ms;
    cycle.stop.held = {held_condition::half_closed, held_condition::half_closed};
    cycle.timeline.push_back({5ms, "serving"});
    cycle.output.tail = "listening\nstopping\n";
    census seen;
    process_facts process;
    process.pid = 4711;
    process.command = "server";
    process.state = 'S';
    descriptor log;
    log.number = 5;
    log.kind = descriptor_kind::file;
    log.target = "/var/log/x";
    process.descriptors = {log, some_hang().connections[0].what};
    seen.processes.push_back(process);
    cycle.stop.at_deadline = seen;
    return cycle;
}

TEST(HangReport, BeginsWithTheCause) {
    EXPECT_THAT(hang_text(some_cycle(), some_hang()), StartsWith("stuck connection: fd 17\n"));
}

TEST(HangReport, TellsWhatWasPromisedAndWhatWasAskedFor) {
    const std::string text = hang_text(some_cycle(), some_hang());
    EXPECT_THAT(text, HasSubstr("promised to stop within 2 s while clients hold 2 half_closed"));
    EXPECT_THAT(text, HasSubstr("told to stop at 812 ms"));
    EXPECT_THAT(text, HasSubstr("by SIGTERM"));
    EXPECT_THAT(text, HasSubstr("listener gone never"));
}

TEST(HangReport, ShowsStacksAFrameALine) {
    EXPECT_THAT(hang_text(some_cycle(), some_hang()), HasSubstr("  1 thread of server: 4712\n"
                                                                "      recv in libc.so.6\n"
                                                                "      serve at server.cpp:7\n"));
}

TEST(HangReport, TellsWhyThereAreNoStacks) {
    hang_record hang = some_hang();
    hang.stacks.clear();
    hang.stacks_missing = "Operation not permitted";
    EXPECT_THAT(hang_text(some_cycle(), hang), HasSubstr("Operation not permitted"));
}

TEST(HangReport, ShowsEveryThread) {
    EXPECT_THAT(hang_text(some_cycle(), some_hang()),
                HasSubstr("  4711     4712     worker           S     recvfrom(17)       "
                          "wait_woken           2 ms      0 s\n"));
}

TEST(HangReport, BoundsWhatItShows) {
    hang_record hang = some_hang();
    hang.threads.resize(500, hang.threads[0]);
    EXPECT_THAT(hang_text(some_cycle(), hang), HasSubstr("... and 436 more"));
}

TEST(HangReport, ShowsEachDescriptorOnce) {
    const std::string text = hang_text(some_cycle(), some_hang());
    EXPECT_THAT(text, HasSubstr("pid 4711 fd 17 TCP without a connection"));
    EXPECT_THAT(text, HasSubstr("server (pid 4711), child of 0, state S: 1 file\n"
                                "      fd 5 file /var/log/x\n"));
}

TEST(HangReport, EndsWithTimelineOutputAndNotes) {
    hang_record hang = some_hang();
    EXPECT_THAT(hang_text(some_cycle(), hang), Not(HasSubstr("Notes")));
    hang.notes.emplace_back("runtime dump: nothing was printed");
    const std::string text = hang_text(some_cycle(), hang);
    EXPECT_THAT(text, HasSubstr("  at 5 ms  serving\n"));
    EXPECT_THAT(text, HasSubstr("  listening\n  stopping\n"));
    EXPECT_THAT(text, HasSubstr("Notes\n-----\n  runtime dump: nothing was printed\n"));
}

TEST(HangReport, IsWrittenToAFile) {
    const temporary_folder folder;
    const std::string path = folder.file("hang.txt");
    EXPECT_THAT(write_hang_report(path, some_cycle(), some_hang()), IsEmpty());
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    EXPECT_EQ(text, hang_text(some_cycle(), some_hang()));
}

TEST(HangReport, TellsWhyItCouldNotBeWritten) {
    EXPECT_EQ(write_hang_report("/no/such/folder/hang.txt", some_cycle(), some_hang()),
              "/no/such/folder/hang.txt: No such file or directory");
}

}  // namespace
}  // namespace stormdrain
