#include "faults/fault_fixture.hpp"
#include "harness/base/task_group.hpp"
#include "harness/process/census/socket_table.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Vanish : public fault_fixture, public testing::WithParamInterface<const char*> {
protected:
    static std::unique_ptr<const fault> vanish_at(const std::string& point) {
        return make("vanish", R"({"at": ")" + point + "\"}");
    }
    static std::unique_ptr<const fault> vanish_then(const std::string& then) {
        return make("vanish", R"({"then": ")" + then + "\"}");
    }

    // Serves correctly, and tells when the connection has ended for it.
    scripted_peer::script watching_server() {
        return [this](tcp_socket socket) -> asio::awaitable<void> {
            co_await serve_correctly(socket);
            server_saw_its_end_ = true;
        };
    }

    // The server's end of the connection, while the fault stands.
    std::optional<tcp_socket_facts> server_socket() {
        return socket_table().find(log_.at(1).remote, log_.at(1).local);
    }

    // Holds the fault in place until `meanwhile` is over.
    injection hold(const fault& what, const scripted_peer::script& server,
                   const std::function<asio::awaitable<void>()>& meanwhile) {
        scripted_peer peer(executor(), server);
        injection happened;
        surroundings around;
        around.let_go = surroundings::release::never;
        run([&]() -> asio::awaitable<void> {
            const endpoint where = peer.where();
            task_group tasks(executor());
            const auto inject_it = [&]() -> asio::awaitable<void> {
                happened = co_await inject(what, where, around);
            };
            tasks.spawn(inject_it());
            const time_point deadline = clock::now() + 10s;
            while (in_place_count_ == 0 && tasks.running() > 0 && clock::now() < deadline) {
                co_await asio::post(executor(), asio::use_awaitable);
            }
            if (tasks.running() > 0) {
                co_await meanwhile();
            }
            released_.open();
            co_await tasks.join();
            co_await peer.stop();
        });
        return happened;
    }

    bool server_saw_its_end_ = false;
};

TEST_P(Vanish, StandsUnnoticedAndEndsForTheServerWhenReleased) {
    const std::unique_ptr<const fault> vanish = vanish_at(GetParam());
    EXPECT_EQ(vanish->holds(), held_condition::vanished);
    EXPECT_EQ(to_text(vanish->point()), GetParam());
    std::optional<tcp_socket_facts> later;
    const injection happened = hold(*vanish, watching_server(), [&]() -> asio::awaitable<void> {
        asio::steady_timer while_standing(executor(), 150ms);
        co_await while_standing.async_wait(asio::use_awaitable);
        later = server_socket();
        EXPECT_FALSE(server_saw_its_end_);
    });
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(later.has_value());
    EXPECT_EQ(later->state, tcp_state::established);
    EXPECT_EQ(later->inode, log_.at(1).server_inode);
    EXPECT_TRUE(server_saw_its_end_);
    EXPECT_THAT(happened.proof, Not(HasSubstr("could not be told")));
}

INSTANTIATE_TEST_SUITE_P(Points, Vanish,
                         testing::Values("idle", "request_headers", "request_body", "handler",
                                         "response_body"));

// Goal: what a server writes into a black hole is never acknowledged, and never comes back to it as
// an error.
TEST_F(Vanish, LosesWhatTheServerSends) {
    const std::unique_ptr<const fault> vanish = vanish_at("idle");
    const auto talkative = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
        while (in_place_count_ == 0) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        EXPECT_TRUE(co_await send_text(socket, "news"));
        co_await read_request(socket);
    };
    const injection happened = hold(*vanish, talkative, [&]() -> asio::awaitable<void> {
        const time_point deadline = clock::now() + 10s;
        while (clock::now() < deadline && server_socket()->timer != tcp_timer::retransmit) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        EXPECT_EQ(server_socket()->timer, tcp_timer::retransmit);
        EXPECT_EQ(server_socket()->send_queue_bytes, 4U);
    });
    EXPECT_THAT(happened, WasDelivered());
    // Amid its own sending a FIN would come too late: it gets a RST.
    EXPECT_EQ(log_.at(1).end, connection_end::reset_by_client);
}

TEST_F(Vanish, ClosesUnseen) {
    const std::unique_ptr<const fault> vanish = vanish_then("close");
    const injection happened = hold(*vanish, watching_server(), [&]() -> asio::awaitable<void> {
        asio::steady_timer while_standing(executor(), 150ms);
        co_await while_standing.async_wait(asio::use_awaitable);
        EXPECT_EQ(server_socket()->state, tcp_state::established);
        EXPECT_EQ(server_socket()->receive_queue_bytes, 0U);
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(server_saw_its_end_);
}

TEST_F(Vanish, IsFoundOutByTheServersNextBytesAfterAReboot) {
    const std::unique_ptr<const fault> vanish = vanish_then("reset");
    boost::system::error_code met;
    const auto talkative = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
        while (in_place_count_ == 0) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        EXPECT_TRUE(co_await send_text(socket, "news"));
        std::vector<char> buffer(16);
        auto token = asio::redirect_error(asio::use_awaitable, met);
        co_await socket.async_read_some(asio::buffer(buffer), std::move(token));
    };
    surroundings around;
    around.let_go = surroundings::release::never;
    const injection happened = inject_into(talkative, *vanish, around);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(met, asio::error::connection_reset);
    EXPECT_THAT(happened.proof, HasSubstr("the server gave it up"));
    EXPECT_TRUE(log_.at(1).server_closed.has_value());
}

TEST_F(Vanish, EndsAHalfOfWhichTheOtherIsGoneWhenReleased) {
    const std::unique_ptr<const fault> vanish = vanish_then("reset");
    const injection happened = hold(*vanish, watching_server(), [&]() -> asio::awaitable<void> {
        EXPECT_EQ(server_socket()->state, tcp_state::established);
        co_return;
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, Not(HasSubstr("could not be told")));
    EXPECT_TRUE(server_saw_its_end_);
}

TEST_F(Vanish, SeesThatTheServerGaveItUpByItsOwnTimeout) {
    const std::unique_ptr<const fault> vanish = vanish_at("idle");
    surroundings around;
    around.let_go = surroundings::release::never;
    const auto impatient = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
        while (in_place_count_ == 0) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
    };
    const injection happened = inject_into(impatient, *vanish, around);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("the server gave it up"));
    ASSERT_TRUE(happened.server_closed.has_value());
    EXPECT_LT(happened.struck, *happened.server_closed);
    EXPECT_LT(happened.ended, 5s);
}

}  // namespace
}  // namespace stormdrain
