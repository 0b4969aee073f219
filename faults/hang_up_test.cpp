#include "faults/process_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

class HangUp : public process_fault_fixture {};

TEST_F(HangUp, FindsACorrectServerAtRestHoweverItsClientsLeave) {
    for (const char* const by : {"close", "reset", "half_close"}) {
        const auto leaving =
            make_fault("hang_up", R"({"for": "600ms", "by": ")" + std::string(by) + R"("})");
        EXPECT_FALSE(leaving->disturbs_requests());
        with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
            const injection happened = co_await inject(*leaving, server);
            EXPECT_THAT(happened, WasDelivered());
            EXPECT_THAT(happened.proof,
                        HasSubstr("5 clients ended their connections (" + std::string(by) + ")"));
            const recovery after = happened.after.value_or(recovery());
            EXPECT_TRUE(after.served) << after.failure;
            EXPECT_LT(happened.cpu_share.value_or(1), 0.2);
            EXPECT_EQ(log_.open_count(), 0U);
        });
    }
}

TEST_F(HangUp, SaysNothingOfTheCpuAfterAShortLook) {
    const auto leaving = make_fault("hang_up", R"({"for": "1ms"})");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        const injection happened = co_await inject(*leaving, server);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_FALSE(happened.cpu_share.has_value());
    });
}

TEST_F(HangUp, IsNotDeliveredWithoutAnAnswer) {
    const auto leaving = make_fault("hang_up", R"({"clients": 1})");
    const launch_spec silent = shell("echo ready; while :; do sleep 10; done");
    with_server(silent, [&](server_process& server) -> asio::awaitable<void> {
        co_await until_output("ready");
        const injection happened =
            co_await inject(*leaving, server, std::chrono::milliseconds(300));
        EXPECT_THAT(happened, Not(WasDelivered()));
        EXPECT_FALSE(happened.after.has_value());
        EXPECT_EQ(log_.open_count(), 0U);
    });
}

TEST_F(HangUp, LeavesNothingWhenItIsCancelled) {
    const auto leaving = make_fault("hang_up", R"({"by": "half_close", "for": "1h"})");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        co_await cancel_amid(*leaving, server);
        EXPECT_TRUE(co_await serves());
        EXPECT_EQ(log_.open_count(), 0U);
    });
}

}  // namespace
}  // namespace stormdrain
