#include "harness/process/machine/descriptor_limits.hpp"

#include "harness/process/forked_child.hpp"

#include <gmock/gmock.h>

#include <poll.h>

#include <array>
#include <cerrno>

namespace stormdrain {
namespace {

constexpr uid_t somebody = 65534;  // nobody, on Debian

void waits_for_ever() {
    for (;;) {
        ::pause();
    }
}

TEST(DescriptorLimits, AreReadAndSetOfAChild) {
    const forked_child child(waits_for_ever);
    const auto before = descriptor_limit_of(child.pid());
    ASSERT_TRUE(before.has_value()) << before.error().message();
    const rlimit fewer{10, before->rlim_max};
    EXPECT_FALSE(set_descriptor_limit(child.pid(), fewer));
    EXPECT_EQ(descriptor_limit_of(child.pid())->rlim_cur, 10U);
}

// Goal: root reaches a server that has become somebody else, and is itself again afterwards.
TEST(DescriptorLimits, AreSetOfAnotherUsersProcess) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root has processes of other users";
    }
    std::array<int, 2> changed{};
    ASSERT_EQ(::pipe(changed.data()), 0);
    const forked_child child([&changed] {
        if (::setgid(somebody) == 0 && ::setuid(somebody) == 0 &&
            ::write(changed[1], "x", 1) == 1) {
            waits_for_ever();
        }
    });
    ::close(changed[1]);
    char told = 0;
    const bool is_somebody = ::read(changed[0], &told, 1) == 1;
    ::close(changed[0]);
    if (!is_somebody) {
        GTEST_SKIP() << "root may not change its user here";
    }
    const rlimit fewer{10, descriptor_limit_of(child.pid()).value().rlim_max};
    const boost::system::error_code refused = set_descriptor_limit(child.pid(), fewer);
    EXPECT_FALSE(refused) << refused.message();
    EXPECT_EQ(descriptor_limit_of(child.pid())->rlim_cur, 10U);
    EXPECT_EQ(::getuid(), 0U);
    EXPECT_EQ(::getgid(), 0U);
}

TEST(DescriptorLimits, OfAProcessThatIsNoMoreAreAnError) {
    constexpr pid_t nobody_has_it = 1 << 22;  // the least number beyond pid_max (proc(5))
    EXPECT_EQ(descriptor_limit_of(nobody_has_it).error().value(), ESRCH);
    EXPECT_EQ(set_descriptor_limit(nobody_has_it, rlimit{}).value(), ESRCH);
}

}  // namespace
}  // namespace stormdrain
