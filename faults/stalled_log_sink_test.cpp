#include "faults/process_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

class StalledLogSink : public process_fault_fixture {
protected:
    // Has something to say once it is told to stop.
    static launch_spec talkative() {
        return shell(
            "trap 'echo stopping; exit 0' TERM; echo ready; "
            "while :; do sleep 300 & wait; done");
    }
};

TEST_F(StalledLogSink, BlocksTheServerUntilItIsReleased) {
    const auto stalled = make_fault("stalled_log_sink");
    EXPECT_TRUE(stalled->stands_until_released());
    EXPECT_TRUE(stalled->disturbs_requests());
    with_server(talkative(), [&](server_process& server) -> asio::awaitable<void> {
        co_await until_output("ready");
        injection happened;
        task_group tasks(executor());
        const auto inject_it = [&]() -> asio::awaitable<void> {
            happened = co_await inject(*stalled, server);
        };
        tasks.spawn(inject_it());
        while (in_place_count_ == 0 && tasks.running() > 0) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        EXPECT_FALSE(server.send_signal(SIGTERM));
        EXPECT_FALSE(co_await server.exited(clock::now() + 100ms));
        EXPECT_TRUE(output_->is_held_back());
        released_.open();
        co_await tasks.join();
        EXPECT_FALSE(output_->is_held_back());
        EXPECT_TRUE(co_await server.exited(test_deadline()));
        co_await until_output("stopping");
        EXPECT_EQ(output_->summary().tail, "ready\nstopping\n");
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, HasSubstr("nobody reads it"));
    });
}

TEST_F(StalledLogSink, EndsByItselfWhenItIsToldFor) {
    const auto stalled = make_fault("stalled_log_sink", R"({"for": "50ms"})");
    EXPECT_FALSE(stalled->stands_until_released());
    with_server(talkative(), [&](server_process& server) -> asio::awaitable<void> {
        const injection happened = co_await inject(*stalled, server);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_GE(happened.ended - happened.struck, 50ms);
        EXPECT_FALSE(output_->is_held_back());
    });
}

TEST_F(StalledLogSink, LetsTheOutputFlowWhenItIsCancelled) {
    const auto stalled = make_fault("stalled_log_sink");
    with_server(talkative(), [&](server_process& server) -> asio::awaitable<void> {
        co_await cancel_amid(*stalled, server);
        EXPECT_FALSE(output_->is_held_back());
        co_await until_output("ready");
        EXPECT_EQ(output_->summary().tail, "ready\n");
    });
}

}  // namespace
}  // namespace stormdrain
