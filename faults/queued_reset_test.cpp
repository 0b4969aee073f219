#include "faults/process_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

class QueuedReset : public process_fault_fixture {};

TEST_F(QueuedReset, ComesBeforeTheServerCouldAccept) {
    for (const std::string sends : {"request", "nothing"}) {
        SCOPED_TRACE(sends);
        in_place_count_ = 0;
        const auto reset =
            make_fault("queued_reset", R"({"clients": 7, "sends": ")" + sends + "\"}");
        EXPECT_EQ(reset->point(), strike_point::serving);
        with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
            const injection happened = co_await inject(*reset, server);
            EXPECT_THAT(happened, WasDelivered());
            EXPECT_THAT(happened.proof, HasSubstr("7 of 7 connections ended by RST before"));
            EXPECT_EQ(in_place_count_, 1);
            EXPECT_TRUE(happened.after.has_value() && happened.after->served);
            EXPECT_NE(state_of(server.pid()), 'T');
            EXPECT_EQ(log_.open_count(), 0U);
        });
    }
}

TEST_F(QueuedReset, SeesAServerThatServesNoMore) {
    const auto reset = make_fault("queued_reset", R"({"clients": 2})");
    with_server(shell("sleep 300"), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(tree_gets(server, "sleep", 1));
        const injection happened = co_await inject(*reset, server, 2s);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_TRUE(happened.after.has_value() && !happened.after->served);
    });
}

TEST_F(QueuedReset, NeverLeavesTheServerStopped) {
    const auto reset = make_fault("queued_reset");
    with_server(shell("sleep 300"), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(tree_gets(server, "sleep", 1));
        co_await cancel_amid(*reset, server);
        EXPECT_NE(state_of(server.pid()), 'T');
        EXPECT_EQ(log_.open_count(), 0U);
    });
}

}  // namespace
}  // namespace stormdrain
