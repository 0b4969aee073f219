#include "harness/load/websocket_link.hpp"

#include "harness/base/task_group.hpp"
#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/websocket_script.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

class WebSocketLink : public connection_fixture {
protected:
    // Opens one against the script, runs `body` with it, and gives its row.
    websocket_row run_against(scripted_peer::script play,
                              std::function<asio::awaitable<void>(websocket_link&)> body) {
        scripted_peer peer(executor(), std::move(play));
        websocket_row row;
        run([&]() -> asio::awaitable<void> {
            std::unique_ptr<transport> connection = co_await connect(peer);
            auto tunnel =
                std::make_unique<websocket_tunnel>(executor(), std::move(connection), soon());
            const route what;
            const std::string authority = "a.test";
            const websocket_opening seen = co_await tunnel->open(what, authority, soon());
            EXPECT_FALSE(seen.error) << seen.error.message();
            websocket_link link(executor(), std::move(tunnel), cycle_clock());
            task_group tasks(executor());
            tasks.spawn(link.run(soon()));
            co_await body(link);
            co_await link.ended().wait(soon());
            co_await tasks.join();
            row = link.row();
            co_await peer.stop();
        });
        return row;
    }

    asio::awaitable<std::optional<request_end>> say(websocket_link& link, std::string text) {
        auto mine = std::make_shared<websocket_exchange>(executor(), std::move(text));
        co_await link.exchange(mine, clock::now() + 5s);
        co_return mine->end;
    }
};

TEST_F(WebSocketLink, CountsWhatComesBackAndLeavesInOrder) {
    const websocket_row row =
        run_against(websocket_echo_script(), [this](websocket_link& link) -> asio::awaitable<void> {
            for (const char* const text : {"first", "second"}) {
                const std::optional<request_end> end = co_await say(link, text);
                EXPECT_EQ(end, request_end::answered);
            }
            link.close();
            EXPECT_FALSE(link.takes_messages());
        });
    EXPECT_EQ(row.messages_count, 2U);
    EXPECT_EQ(row.close_code, 1000U);  // the server's answer to ours
    EXPECT_TRUE(row.left_by_client);
    EXPECT_FALSE(row.was_reset);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(WebSocketLink, EndsAMessageThatCrossesTheServersClose) {
    const websocket_row row = run_against(
        [](tcp::socket socket) -> asio::awaitable<void> {
            websocket_script talk(std::move(socket));
            co_await talk.accept();
            co_await talk.next();
            co_await talk.close(1001);
        },
        [this](websocket_link& link) -> asio::awaitable<void> {
            const std::optional<request_end> end = co_await say(link, "lost");
            EXPECT_EQ(end, request_end::end_of_stream);
            EXPECT_FALSE(link.takes_messages());
        });
    EXPECT_EQ(row.close_code, 1001U);
    EXPECT_TRUE(row.told.has_value());
    EXPECT_TRUE(row.closed_by_server);
    EXPECT_FALSE(row.left_by_client);
}

TEST_F(WebSocketLink, TellsWhoSaysNothingBeforeTheEnd) {
    const websocket_row row = run_against(
        [](tcp::socket socket) -> asio::awaitable<void> {
            websocket_script talk(std::move(socket));
            co_await talk.accept();
        },
        [](websocket_link&) -> asio::awaitable<void> { co_return; });
    EXPECT_FALSE(row.told.has_value());
    EXPECT_TRUE(row.closed_by_server);
}

TEST_F(WebSocketLink, KnowsAnotherMessageThanItsOwn) {
    run_against(
        [](tcp::socket socket) -> asio::awaitable<void> {
            websocket_script talk(std::move(socket));
            co_await talk.accept();
            co_await talk.next();
            co_await talk.say("other bytes");
            co_await talk.ignore();
        },
        [this](websocket_link& link) -> asio::awaitable<void> {
            const std::optional<request_end> end = co_await say(link, "mine");
            EXPECT_EQ(end, request_end::malformed);
            link.close();
        });
}

}  // namespace
}  // namespace stormdrain
