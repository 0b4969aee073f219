#include "harness/checks/record_builder.hpp"
#include "harness/process/launch/leak_canary.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::ElementsAre;
using testing::HasSubstr;
using kind = judgement::kind;

constexpr pid_t server_pid = 9;

judgement examined(const cycle_record& record) {
    return judge(*find_check("descriptor_inherited"), record, {});
}

process_facts program(pid_t pid, pid_t parent, const std::string& name) {
    process_facts facts = process(pid, name, 'S');
    facts.parent = parent;
    facts.program = "/usr/bin/" + name;
    return facts;
}

descriptor listener(int number) {
    descriptor held = file_descriptor(number, descriptor_kind::tcp_listener, 500);
    held.tcp.emplace();
    held.tcp->local = {"127.0.0.1", 8080};
    held.tcp->state = tcp_state::listen;
    held.tcp->inode = held.inode;
    return held;
}

// The server listens on fd 3 and has started a helper, which holds what the test gives it.
class DescriptorInherited : public testing::Test {
protected:
    DescriptorInherited() {
        record_.server_pid = server_pid;
        std::vector<process_facts>& processes = record_.rest.baseline->processes;
        processes = {program(server_pid, 1, "server"), program(12, server_pid, "helper")};
        processes[0].descriptors = {listener(3), server_socket(5, 40'000, tcp_state::established)};
    }
    process_facts& server() { return record_.rest.baseline->processes.at(0); }
    process_facts& helper() { return record_.rest.baseline->processes.at(1); }

    cycle_record record_ = clean_record();
};

TEST_F(DescriptorInherited, WarnsOfAHelperThatKeepsThePort) {
    helper().descriptors = {listener(3)};
    record_.rest.at_rest = record_.rest.baseline;
    const judgement result = examined(record_);
    EXPECT_EQ(result.outcome, kind::kept) << "a supervisor passes its listener on purpose";
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings.front().how_bad, severity::warning);
    EXPECT_EQ(result.findings.front().message,
              "a program that it runs has its listener: helper (pid 12) inherited fd 3 TCP LISTEN "
              "127.0.0.1:8080 of server (pid 9): the port stays taken as long as helper lives");
    EXPECT_EQ(result.findings.front().evidence.size(), 1U) << "seen twice, said once";
}

TEST_F(DescriptorInherited, NamesTheHelperThatKeepsAConnection) {
    helper().descriptors = {server_socket(5, 40'000, tcp_state::close_wait)};
    const judgement result = examined(record_);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message,
                HasSubstr("its client sees no end as long as helper lives"));
}

TEST_F(DescriptorInherited, FollowsTheChainOfParents) {
    helper().descriptors = {server_socket(5, 40'000, tcp_state::established)};
    helper().parent = 11;
    EXPECT_EQ(examined(record_), kept()) << "who started it is not known";
    record_.rest.baseline->processes.push_back(program(11, server_pid, "sh"));
    EXPECT_EQ(examined(record_).outcome, kind::broken);
}

TEST_F(DescriptorInherited, LetsWorkersShare) {
    helper().descriptors = {listener(3)};
    helper().program = server().program;  // forked, and calls itself otherwise
    EXPECT_EQ(examined(record_), kept());
    helper() = program(12, server_pid, "helper");
    helper().descriptors = {listener(3)};
    helper().command = server().command;  // the new binary of an upgrade
    EXPECT_EQ(examined(record_), kept());
    helper() = program(12, server_pid, "helper");
    helper().descriptors = {listener(3), server_socket(7, 40'001, tcp_state::established)};
    EXPECT_EQ(examined(record_), kept()) << "it serves clients of its own";
}

TEST_F(DescriptorInherited, LetsSocketsBeHandedOver) {
    helper().descriptors = {listener(0)};
    EXPECT_EQ(examined(record_), kept()) << "under another number: on purpose";
    helper().descriptors = {listener(3)};
    record_.ports.front().passed_down = true;
    EXPECT_EQ(examined(record_), kept()) << "the harness's own listener, to a wrapper";
}

TEST_F(DescriptorInherited, SaysNothingOfProgramsItCannotTellApart) {
    helper().descriptors = {listener(3)};
    helper().program.clear();
    EXPECT_EQ(examined(record_), kept());
}

TEST_F(DescriptorInherited, BlamesTheHarnessForItsOwnLeak) {
    helper().descriptors = {listener(3)};
    descriptor canary = file_descriptor(7, descriptor_kind::other, 0);
    canary.target = leak_canary_target;
    exit_census& end = record_.at_exit.ends.emplace_back();
    end.held = process(server_pid, "server", 'Z');
    end.held.descriptors.push_back(canary);
    const judgement result = examined(record_);
    EXPECT_EQ(result.outcome, kind::not_judged);
    EXPECT_EQ(result.reason,
              "the harness leaked a descriptor of its own into the server: fd 7 of server (pid 9)");
}

}  // namespace
}  // namespace stormdrain
