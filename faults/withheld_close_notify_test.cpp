#include "faults/tls_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class WithheldCloseNotify : public tls_fault_fixture {
protected:
    // Answers and ends its side of TLS by close_notify, which waits for the client's.
    auto closing(std::string fields = "Connection: close\r\n") {
        return [this, fields](tcp_socket socket) -> asio::awaitable<void> {
            tls_stream stream(std::move(socket), server_);
            co_await accept_handshake(stream);
            const std::optional<scripted_request> request = co_await read_request(stream);
            head_ = request ? request->head : "";
            co_await send_text(stream, http_response("bye", fields));
            auto token = asio::redirect_error(asio::use_awaitable, shutdown_error_);
            co_await stream.async_shutdown(std::move(token));
            is_answered_ = true;
        };
    }

    std::string head_;
    boost::system::error_code shutdown_error_;
    bool is_answered_ = false;
};

// Goal: the server's own goodbye goes unanswered for as long as the fault stands.
TEST_F(WithheldCloseNotify, LeavesTheServersUnanswered) {
    const std::unique_ptr<const fault> withheld = make("withheld_close_notify");
    EXPECT_EQ(withheld->holds(), held_condition::fin_ignored);
    EXPECT_TRUE(withheld->stands_until_released());
    EXPECT_TRUE(withheld->needs_tls());
    surroundings held;
    held.let_go = surroundings::release::never;
    bool was_answered = true;
    scripted_peer peer(executor(), closing());
    injection happened;
    run([&]() -> asio::awaitable<void> {
        task_group tasks(executor());
        const auto look = [&]() -> asio::awaitable<void> {
            asio::steady_timer watch(executor(), 200ms);
            co_await watch.async_wait(asio::use_awaitable);
            was_answered = is_answered_;
            released_.open();
        };
        tasks.spawn(look());
        const endpoint where = peer.where();
        happened = co_await inject(*withheld, where, held);
        co_await tasks.join();
        co_await peer.stop();
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof,
                HasSubstr("answered, the server's close_notify came, ours is withheld and the "
                          "connection kept open; the server's socket is ESTABLISHED, accepted"));
    EXPECT_THAT(head_, HasSubstr("Connection: close"));
    EXPECT_FALSE(was_answered);
    EXPECT_TRUE(is_answered_) << "once it was released";
    EXPECT_FALSE(shutdown_error_) << shutdown_error_.message();
}

TEST_F(WithheldCloseNotify, StaysWhereTheServerClosesWithoutOne) {
    const std::unique_ptr<const fault> withheld = make("withheld_close_notify");
    const injection happened = inject_into(correct_tls_server(), *withheld);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("the server's FIN came without close_notify"));
    EXPECT_EQ(happened.response_status, 200);
}

TEST_F(WithheldCloseNotify, IsNotDeliveredWhereTheServerKeepsTheConnection) {
    const std::unique_ptr<const fault> withheld = make("withheld_close_notify");
    const auto keeps = [this](tcp_socket socket) -> asio::awaitable<void> {
        tls_stream stream(std::move(socket), server_);
        co_await accept_handshake(stream);
        co_await read_request(stream);
        co_await send_text(stream, http_response("stay"));
        co_await read_request(stream);
    };
    surroundings around;
    around.stands_within = 200ms;
    const injection happened = inject_into(keeps, *withheld, around);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("no close_notify of the server came in time"));
}

TEST_F(WithheldCloseNotify, IsUnavailableWithoutTls) {
    tls_ = nullptr;
    const injection happened = inject_into(correct_server, *make("withheld_close_notify"));
    EXPECT_TRUE(happened.unavailable);
    EXPECT_EQ(happened.proof, "the port does not speak TLS");
}

}  // namespace
}  // namespace stormdrain
