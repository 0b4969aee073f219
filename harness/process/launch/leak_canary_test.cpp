#include "harness/process/launch/leak_canary.hpp"

#include "harness/process/census/census_reader.hpp"
#include "harness/process/launch/launching_fixture.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>

#include <array>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::Not;
using testing::SizeIs;

class LeakCanary : public launching_fixture {
protected:
    census census_of(pid_t pid) { return take_census(std::array{pid}, sockets_, {}); }

    socket_table sockets_;
};

TEST_F(LeakCanary, IsInheritableAndIsFoundByItsName) {
    const owned_descriptor canary = make_leak_canary();
    EXPECT_EQ(::fcntl(canary.get(), F_GETFD), 0);
    EXPECT_THAT(census_of(::getpid()).processes.at(0).descriptors,
                Contains(Field(&descriptor::target, leak_canary_target)));
}

// The very thing that it is there to prove: nothing of the harness's reaches a server.
TEST_F(LeakCanary, DoesNotReachAServer) {
    run([this]() -> asio::awaitable<void> {
        const owned_descriptor canary = make_leak_canary();
        const auto server = launch(shell("exec sleep 300"));
        const auto failure = co_await server->started(test_deadline());
        EXPECT_FALSE(failure.has_value());
        const census taken = census_of(server->pid());
        EXPECT_THAT(taken.processes, SizeIs(1));
        EXPECT_THAT(taken.processes.at(0).descriptors,
                    Each(Field(&descriptor::target, Not(leak_canary_target))));
        co_await server->end_tree(test_deadline());
    });
}

}  // namespace
}  // namespace stormdrain
