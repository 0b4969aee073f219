#include "faults/acknowledgement.hpp"

#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

class Acknowledgement : public fault_fixture {
protected:
    // Connects to the script and lets `ask` look at the connection.
    template <class Ask>
    void on_connection(scripted_peer::script script, Ask ask) {
        scripted_peer peer(executor(), std::move(script));
        run([&]() -> asio::awaitable<void> {
            port_address port;
            port.name = "http";
            port.where = peer.where();
            connector connections(executor(), port, log_);
            fault_context context(connections, routes_, clock_, released_, random_source(1),
                                  clock::now() + 10s);
            strike_attempt here(context, "test");
            const bool is_connected = co_await here.connect();
            EXPECT_TRUE(is_connected);
            if (is_connected) {
                co_await ask(here);
            }
            here.finish();
            done_.open();
            co_await peer.stop();
        });
    }

    asio::awaitable<void> read_nothing(asio::ip::tcp::socket) {
        co_await done_.wait(clock::now() + 10s);
    }

    gate done_{executor()};
};

TEST_F(Acknowledgement, ComesFromTheKernelAlsoWhenTheServerDoesNotRead) {
    const auto ask = [](strike_attempt& here) -> asio::awaitable<void> {
        const bool sent = co_await here.send("x");
        EXPECT_TRUE(sent);
        const std::string why = co_await why_unacknowledged(here);
        EXPECT_EQ(why, "");
        const std::optional<tcp_socket_facts> server = co_await here.server_socket_once_accepted();
        EXPECT_EQ(describe_reading(server), "ESTABLISHED, accepted, 1 byte in it is unread");
    };
    on_connection([this](asio::ip::tcp::socket socket) { return read_nothing(std::move(socket)); },
                  ask);
}

// Goal: more than both kernels take is left with ours, and said so.
TEST_F(Acknowledgement, StaysAwayWhenTheServersKernelIsFull) {
    const auto ask = [](strike_attempt& here) -> asio::awaitable<void> {
        const std::string much(std::size_t{32} * 1024 * 1024, 'x');
        co_await here.connection().write(much, clock::now() + 200ms);
        const std::string why = co_await why_unacknowledged(here);
        EXPECT_THAT(why, HasSubstr("the server's kernel did not acknowledge "));
    };
    on_connection([this](asio::ip::tcp::socket socket) { return read_nothing(std::move(socket)); },
                  ask);
}

TEST_F(Acknowledgement, KnowsAResetByTheServer) {
    const auto reset = [](asio::ip::tcp::socket socket) -> asio::awaitable<void> {
        co_await read_until(socket, "x");
        socket.set_option(asio::ip::tcp::socket::linger(true, 0));
        socket.close();
    };
    const auto ask = [](strike_attempt& here) -> asio::awaitable<void> {
        co_await here.send("x");
        co_await here.connection().wait_for_server_close(clock::now() + 10s);
        const std::string why = co_await why_unacknowledged(here);
        EXPECT_EQ(why, "the server reset the connection");
        EXPECT_EQ(describe_reading(here.server_socket()), "gone");
    };
    on_connection(reset, ask);
}

}  // namespace
}  // namespace stormdrain
