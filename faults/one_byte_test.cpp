#include "faults/tls_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class OneByte : public tls_fault_fixture {};

TEST_F(OneByte, IsTheFirstOfTheRequest) {
    tls_ = nullptr;
    const std::unique_ptr<const fault> one = make("one_byte", R"({"route": "upload"})");
    EXPECT_EQ(one->holds(), held_condition::one_byte);
    EXPECT_TRUE(one->stands_until_released());
    EXPECT_THAT(one->needed_routes(), testing::ElementsAre("upload"));
    const injection happened = inject_into(listening(), *one);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof,
                HasSubstr("the first byte of a request sent; the server's socket is ESTABLISHED"));
    EXPECT_EQ(received_, "P");
}

TEST_F(OneByte, IsQueuedWhereTheServerDoesNotRead) {
    tls_ = nullptr;
    gate over(executor());
    const auto reads_nothing = [&over](tcp_socket) -> asio::awaitable<void> {
        co_await over.wait(clock::now() + 10s);
    };
    const std::unique_ptr<const fault> one = make("one_byte");
    scripted_peer peer(executor(), reads_nothing);
    injection happened;
    const surroundings usual;
    run([&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        happened = co_await inject(*one, where, usual);
        over.open();
        co_await peer.stop();
    });
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("accepted, 1 byte in it is unread"));
}

TEST_F(OneByte, GoesInsideTlsOnAPortThatSpeaksIt) {
    std::string seen;
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        tls_stream stream(std::move(socket), server_);
        co_await accept_handshake(stream);
        std::vector<char> buffer(256);
        const std::size_t count =
            co_await stream.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        seen.assign(buffer.data(), count);
        co_await read_request(stream);
    };
    const std::unique_ptr<const fault> one = make("one_byte", R"({"for": "100ms"})");
    EXPECT_FALSE(one->stands_until_released());
    const injection happened = inject_into(server, *one);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(seen, "G");
}

TEST_F(OneByte, IsTheFirstOfAClientHello) {
    const std::unique_ptr<const fault> one = make("one_byte", R"({"at": "handshake"})");
    EXPECT_EQ(one->holds(), held_condition::tls_hello);
    EXPECT_TRUE(one->needs_tls());
    const injection happened = inject_into(listening(), *one);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(received_, "\x16");
}

TEST_F(OneByte, HasNoRouteInAHandshake) {
    std::vector<problem> problems;
    make("one_byte", R"({"at": "handshake", "route": "small"})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("route"));
}

}  // namespace
}  // namespace stormdrain
