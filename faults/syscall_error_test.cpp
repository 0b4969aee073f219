#include "faults/process_fault_fixture.hpp"

#include <cerrno>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class SyscallError : public process_fault_fixture {
protected:
    // With its accept(2) under our control; the test is skipped where the kernel does not offer it.
    static launch_spec trapped_server() {
        launch_spec spec = reference_server();
        spec.accept_trap = true;
        return spec;
    }
    static std::string why_no_trap(server_process& server) {
        accept_failure none;
        none.times = 0;
        const boost::system::error_code refused = server.fail_accepts(none);
        return refused ? refused.message() : "";
    }
};

TEST_F(SyscallError, MakesAcceptFailAndFindsACorrectServerServingAgain) {
    for (const std::string error : {"EMFILE", "ECONNABORTED", "EINTR"}) {
        SCOPED_TRACE(error);
        const auto failing =
            make_fault("syscall_error", R"({"calls": 3, "skip": 1, "error": ")" + error + "\"}");
        EXPECT_TRUE(failing->needs_accept_trap());
        EXPECT_TRUE(failing->disturbs_requests());
        std::string no_trap;
        with_server(trapped_server(), [&](server_process& server) -> asio::awaitable<void> {
            no_trap = why_no_trap(server);
            if (!no_trap.empty()) {
                co_return;
            }
            EXPECT_TRUE(co_await serves());
            const injection happened = co_await inject(*failing, server);
            EXPECT_THAT(happened, WasDelivered());
            EXPECT_EQ(happened.proof, "3 of 3 calls of accept(2) failed with " + error);
            EXPECT_EQ(server.failed_accepts_count(), 3U);
            EXPECT_TRUE(happened.after && happened.after->served);
            EXPECT_EQ(log_.open_count(), 0U);
        });
        if (!no_trap.empty()) {
            GTEST_SKIP() << "accept(2) cannot be made to fail: " << no_trap;
        }
    }
}

TEST_F(SyscallError, IsNotDeliveredToAServerThatWasStartedWithoutTheTrap) {
    const auto failing = make_fault("syscall_error");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(co_await serves());
        const injection happened = co_await inject(*failing, server, 1s);
        EXPECT_THAT(happened, Not(WasDelivered()));
        EXPECT_THAT(happened.proof, HasSubstr("accept(2)"));
        EXPECT_EQ(in_place_count_, 0);
    });
}

TEST_F(SyscallError, NeverLeavesAcceptFailing) {
    const auto failing = make_fault("syscall_error", R"({"calls": 10000, "error": "EAGAIN"})");
    std::string no_trap;
    with_server(trapped_server(), [&](server_process& server) -> asio::awaitable<void> {
        no_trap = why_no_trap(server);
        if (!no_trap.empty()) {
            co_return;
        }
        EXPECT_TRUE(co_await serves());
        task_group tasks(executor());
        const auto once = [&]() -> asio::awaitable<void> { co_await inject(*failing, server); };
        tasks.spawn(once());
        const time_point deadline = test_deadline();
        while (server.failed_accepts_count() == 0 && clock::now() < deadline) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        tasks.cancel();
        co_await tasks.join();
        EXPECT_TRUE(co_await serves());
    });
    if (!no_trap.empty()) {
        GTEST_SKIP() << "accept(2) cannot be made to fail: " << no_trap;
    }
}

TEST_F(SyscallError, KnowsItsErrors) {
    std::vector<problem> problems;
    make_fault(*find_fault("syscall_error"), R"({"error": "EMFIEL"})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("EMFILE"));
}

}  // namespace
}  // namespace stormdrain
