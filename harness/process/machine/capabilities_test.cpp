#include "harness/process/machine/capabilities.hpp"

#include "harness/process/forked_child.hpp"
#include "harness/process/launch/descriptor_passing.hpp"
#include "harness/process/machine/capability_probes.hpp"
#include "harness/testing/io_fixture.hpp"

#include <gmock/gmock.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <set>
#include <span>

namespace stormdrain {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Leaves no descriptor behind, as the fixture proves, and no child.
class Capabilities : public io_fixture {
protected:
    ~Capabilities() override {
        EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
        EXPECT_EQ(errno, ECHILD);
    }
};

TEST_F(Capabilities, AreEachFoundOrMissingForAReason) {
    std::set<std::string_view> names;
    for (const capability& one : probe_capabilities()) {
        EXPECT_TRUE(names.insert(one.name).second) << one.name;
        EXPECT_EQ(one.why.empty(), one.found == capability::state::available) << one.name;
        EXPECT_THAT(one.without, Not(IsEmpty())) << one.name;
        const bool is_probed = one.found != capability::state::not_probed;
        EXPECT_EQ(is_probed, one.name != "netem") << one.name;
        EXPECT_THAT(one.why, Not(HasSubstr("did not end"))) << one.name;
    }
}

// What every test of this program that starts a server needs anyway.
TEST_F(Capabilities, NeededByEveryVerdictAreHereOrNothingWorks) {
    EXPECT_THAT(probes::sock_diag(), IsEmpty());
    EXPECT_THAT(probes::pidfd(), IsEmpty());
    EXPECT_THAT(probes::subreaper(), IsEmpty());
    EXPECT_TRUE(can_judge(probe_capabilities()));
}

// The answer of a probe in a process for which the kernel refuses one system call.
std::string answer_without(long call, std::string (*probe)()) {
    const channel_pair channel = make_channel();
    const forked_child refused([&] {
        std::array program{
            sock_filter(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))),
            sock_filter(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1)),
            sock_filter(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)),
            sock_filter(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW))};
        const sock_fprog filter{program.size(), program.data()};
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
            ::_exit(EXIT_FAILURE);
        }
        const std::string answer = probe();
        send_message(channel.theirs.get(), std::as_bytes(std::span(answer)));
        ::_exit(EXIT_SUCCESS);
    });
    std::string answer(200, '\0');
    const received_message received = receive_message(
        channel.ours.get(), std::as_writable_bytes(std::span(answer)), receive_mode::wait);
    answer.resize(received.bytes_count);
    return answer;
}

TEST_F(Capabilities, AreMissingWhereTheKernelRefuses) {
    const std::string refused = ": Operation not permitted";
    EXPECT_THAT(answer_without(SYS_socket, probes::sock_diag), HasSubstr(refused));
    EXPECT_EQ(answer_without(SYS_socket, probes::packet_socket), "socket(AF_PACKET)" + refused);
    EXPECT_THAT(answer_without(SYS_socket, probes::socket_events), HasSubstr(refused));
    EXPECT_THAT(answer_without(SYS_setsockopt, probes::md5_signature), HasSubstr(refused));
    EXPECT_EQ(answer_without(SYS_pidfd_open, probes::pidfd), "pidfd_open" + refused);
    EXPECT_EQ(answer_without(SYS_prctl, probes::subreaper),
              "prctl(PR_SET_CHILD_SUBREAPER)" + refused);
    EXPECT_EQ(answer_without(SYS_seccomp, probes::seccomp_listener),
              "seccomp(NEW_LISTENER)" + refused);
    EXPECT_EQ(answer_without(SYS_seccomp, probes::seccomp_killable_wait),
              "seccomp(WAIT_KILLABLE_RECV)" + refused);
    EXPECT_EQ(answer_without(SYS_ptrace, probes::ptrace_exit), "ptrace(PTRACE_SEIZE)" + refused);
    EXPECT_EQ(answer_without(SYS_ptrace, probes::ptrace_attach), "ptrace(PTRACE_ATTACH)" + refused);
    EXPECT_EQ(answer_without(SYS_prlimit64, probes::resource_limits), "prlimit" + refused);
    EXPECT_EQ(answer_without(SYS_unshare, probes::namespaces),
              "unshare(CLONE_NEWUSER | CLONE_NEWNET)" + refused);
    EXPECT_EQ(answer_without(SYS_ioctl, probes::seccomp_listener),
              "the child's exit_group(2) was not notified");
}

TEST_F(Capabilities, AreTriedWithoutEffectOnThisProcess) {
    probes::seccomp_listener();
    probes::seccomp_killable_wait();
    probes::namespaces();
    probes::subreaper();
    // A filter, a namespace of its own or a trace would show in the second attempt.
    const std::string first = probes::seccomp_listener();
    EXPECT_EQ(probes::seccomp_listener(), first);
    const std::string traced = probes::ptrace_attach();
    EXPECT_EQ(probes::ptrace_attach(), traced);
}

TEST(CanJudge, NeedsWhatEveryVerdictNeeds) {
    capability one;
    one.found = capability::state::missing;
    EXPECT_TRUE(can_judge({one}));
    one.needed_for = capability::need::every_verdict;
    EXPECT_FALSE(can_judge({one}));
    one.found = capability::state::available;
    EXPECT_TRUE(can_judge({one}));
}

TEST(WhySkipped, NamesTheMechanismAndTheReason) {
    capability one;
    one.name = "packet_socket";
    one.why = "socket(AF_PACKET): Operation not permitted";
    EXPECT_EQ(why_skipped(one),
              "mechanism packet_socket unavailable (socket(AF_PACKET): Operation not permitted)");
}

}  // namespace
}  // namespace stormdrain
