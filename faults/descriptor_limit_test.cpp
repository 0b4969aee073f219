#include "faults/process_fault_fixture.hpp"

#include <sys/resource.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class DescriptorLimit : public process_fault_fixture {
protected:
    static rlim_t soft_limit_of(pid_t pid) {
        rlimit limit{};
        EXPECT_EQ(::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit), 0);
        return limit.rlim_cur;
    }
};

TEST_F(DescriptorLimit, KeepsACorrectServerFromAcceptingAndFindsItServingAgain) {
    const auto shortage = make_fault("descriptor_limit", R"({"clients": 5, "for": "700ms"})");
    EXPECT_TRUE(shortage->disturbs_requests());
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        co_await until_idle(server);
        const rlim_t before = soft_limit_of(server.pid());
        rlim_t during = before;
        on_in_place_ = [&] { during = soft_limit_of(server.pid()); };
        const injection happened = co_await inject(*shortage, server);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, HasSubstr("5 of 5 connections were not taken"));
        EXPECT_LT(during, before);
        EXPECT_EQ(soft_limit_of(server.pid()), before);
        EXPECT_TRUE(happened.after.has_value());
        const recovery after = happened.after.value_or(recovery());
        EXPECT_TRUE(after.served) << after.failure;
        EXPECT_TRUE(happened.cpu_share.has_value());
        EXPECT_LT(happened.cpu_share.value_or(1), 0.2);
        EXPECT_EQ(log_.open_count(), 0U);
    });
}

TEST_F(DescriptorLimit, LeavesAsManyAsItIsTold) {
    const auto shortage =
        make_fault("descriptor_limit", R"({"clients": 5, "spare": 3, "for": "1ms"})");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        co_await until_idle(server);
        const injection happened = co_await inject(*shortage, server);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, HasSubstr("2 of 5 connections were not taken"));
        // Too short a look to say anything about the CPU.
        EXPECT_FALSE(happened.cpu_share.has_value());
    });
}

TEST_F(DescriptorLimit, IsNotDeliveredWhenThereIsRoomForAll) {
    const auto plenty = make_fault("descriptor_limit", R"({"clients": 2, "spare": 100})");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        co_await until_idle(server);
        const rlim_t before = soft_limit_of(server.pid());
        const injection happened = co_await inject(*plenty, server);
        EXPECT_THAT(happened, Not(WasDelivered()));
        EXPECT_EQ(happened.proof, "the server accepted all connections");
        EXPECT_EQ(soft_limit_of(server.pid()), before);
    });
}

TEST_F(DescriptorLimit, SeesAServerThatSpinsAndNeverServesAgain) {
    const auto shortage = make_fault("descriptor_limit", R"({"clients": 1, "for": "600ms"})");
    const launch_spec spinning = shell("echo ready; while :; do :; done");
    with_server(spinning, [&](server_process& server) -> asio::awaitable<void> {
        co_await until_output("ready");
        const injection happened = co_await inject(*shortage, server, 1500ms);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_TRUE(happened.after.has_value());
        const recovery after = happened.after.value_or(recovery());
        EXPECT_FALSE(after.served);
        EXPECT_EQ(after.failure, "no whole answer came in time");
        // Far from what it would get alone: others may want the CPU as well. Who waits uses none.
        EXPECT_GT(happened.cpu_share.value_or(0), 0.05);
    });
}

TEST_F(DescriptorLimit, SaysNothingOfTheCpuWhenTheServerHadSomethingToDo) {
    const auto shortage = make_fault("descriptor_limit", R"({"clients": 1, "for": "700ms"})");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        // A client from before, which goes on asking.
        port_address port;
        port.where = where_;
        connector connections(executor(), port, log_);
        connect_options options;
        connect_outcome early = co_await connections.connect(std::move(options), test_deadline());
        const rendered_request request =
            render(routes_["small"], connections.authority(), connection_use::keep_alive);
        http_exchange first(*early.connection, request);
        co_await first.run(test_deadline());
        task_group tasks(executor());
        const auto ask = [&]() -> asio::awaitable<void> {
            http_exchange second(*early.connection, request);
            co_await second.run(test_deadline());
        };
        on_in_place_ = [&] { asio::post(executor(), [&] { tasks.spawn(ask()); }); };
        const injection happened = co_await inject(*shortage, server);
        co_await tasks.join();
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_TRUE(happened.after && happened.after->served);
        EXPECT_FALSE(happened.cpu_share.has_value());
    });
}

// Goal: the limit still stands behind the stop, its crowd does not.
TEST_F(DescriptorLimit, IsKeptThroughTheStopWhenAskedTo) {
    const auto shortage =
        make_fault("descriptor_limit", R"({"clients": 5, "for": "1ms", "then": "keep"})");
    EXPECT_TRUE(shortage->stands_until_released());
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        co_await until_idle(server);
        const rlim_t before = soft_limit_of(server.pid());
        on_in_place_ = [&] { stop_begins_.open(); };
        task_group tasks(executor());
        injection happened;
        const auto once = [&]() -> asio::awaitable<void> {
            happened = co_await inject(*shortage, server);
        };
        tasks.spawn(once());
        const time_point deadline = test_deadline();
        while ((!stop_begins_.is_open() || log_.open_count() > 0) && clock::now() < deadline) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        EXPECT_EQ(log_.open_count(), 0U);
        EXPECT_LT(soft_limit_of(server.pid()), before);
        released_.open();
        co_await tasks.join();
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_FALSE(happened.after.has_value());
        EXPECT_EQ(soft_limit_of(server.pid()), before);
    });
}

TEST_F(DescriptorLimit, NeverLeavesTheServerLimited) {
    const auto shortage = make_fault("descriptor_limit", R"({"clients": 2, "for": "1h"})");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        co_await until_idle(server);
        const rlim_t before = soft_limit_of(server.pid());
        co_await cancel_amid(*shortage, server);
        EXPECT_EQ(soft_limit_of(server.pid()), before);
        EXPECT_TRUE(co_await serves());
        EXPECT_EQ(log_.open_count(), 0U);
        co_await until_idle(server);
        on_in_place_ = [this] { released_.open(); };
        EXPECT_THAT(co_await inject(*shortage, server), WasDelivered());
        EXPECT_EQ(soft_limit_of(server.pid()), before);
    });
}

}  // namespace
}  // namespace stormdrain
