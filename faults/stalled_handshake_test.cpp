#include "faults/tls_fault_fixture.hpp"

#include <openssl/ssl.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class StalledHandshake : public tls_fault_fixture {};

TEST_F(StalledHandshake, SendsNothingAndStandsUntilItIsReleased) {
    const std::unique_ptr<const fault> stalled = make("stalled_handshake");
    EXPECT_EQ(stalled->holds(), held_condition::silent);
    EXPECT_TRUE(stalled->stands_until_released());
    EXPECT_TRUE(stalled->needs_tls());
    const injection happened = inject_into(listening(), *stalled);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.proof,
              "connected, no byte sent, the server's socket is ESTABLISHED, accepted");
    EXPECT_EQ(received_, "");
}

TEST_F(StalledHandshake, SendsTheHeaderOfARecordThatNeverComes) {
    const auto stalled = make("stalled_handshake", R"({"after": "record_header"})");
    const injection happened = inject_into(listening(), *stalled);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(received_, std::string("\x16\x03\x01\x02\x00", 5));
}

TEST_F(StalledHandshake, SendsAWholeClientHelloAndNoMore) {
    const auto stalled = make("stalled_handshake", R"({"after": "client_hello"})");
    const injection happened = inject_into(listening(), *stalled);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("a whole ClientHello (" +
                                          std::to_string(received_.size()) + " bytes) sent"));
    EXPECT_THAT(received_, AllOf(StartsWith("\x16\x03"), HasSubstr("localhost")));
}

TEST_F(StalledHandshake, SendsSoManyBytesOfAClientHello) {
    const auto stalled =
        make("stalled_handshake", R"({"after": "part_of_client_hello", "bytes": "11B"})");
    EXPECT_EQ(stalled->holds(), held_condition::tls_hello);
    const injection happened = inject_into(listening(), *stalled);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, StartsWith("11 of "));
    EXPECT_THAT(received_, StartsWith("\x16\x03"));
    EXPECT_EQ(received_.size(), 11U);
}

TEST_F(StalledHandshake, CutsAClientHelloWhereTheSeedSays) {
    const auto stalled =
        make("stalled_handshake", R"({"after": "part_of_client_hello", "for": "20ms"})");
    surroundings held;
    held.let_go = surroundings::release::never;
    EXPECT_THAT(inject_into(listening(), *stalled, held), WasDelivered());
    const std::string once = std::exchange(received_, {});
    EXPECT_THAT(inject_into(listening(), *stalled, held), WasDelivered());
    EXPECT_EQ(received_.size(), once.size());
}

TEST_F(StalledHandshake, SendsSoManyBytesOfItsSecondFlight) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SSL_CTX_set_max_proto_version(server_.native_handle(), version);
        const auto stalled = make("stalled_handshake", R"({"after": "part_of_second_flight",
                                                           "bytes": "20B", "for": "20ms"})");
        EXPECT_EQ(stalled->holds(), held_condition::tls_handshake);
        surroundings held;
        held.let_go = surroundings::release::never;
        const injection happened = inject_into(correct_tls_server(), *stalled, held);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, StartsWith("20 of "));
        EXPECT_THAT(happened.proof, HasSubstr(" bytes of our second flight sent"));
        EXPECT_EQ(handshake_error_, asio::ssl::error::stream_truncated);
    }
}

TEST_F(StalledHandshake, IsNotDeliveredBehindTheLastByteOfAMessage) {
    const auto stalled =
        make("stalled_handshake", R"({"after": "part_of_client_hello", "bytes": "8KiB"})");
    const injection happened = inject_into(listening(), *stalled);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr(" bytes cannot be cut behind 8192"));
}

TEST_F(StalledHandshake, TakesBytesOnlyWhereItIsCut) {
    std::vector<problem> problems;
    make("stalled_handshake", R"({"after": "client_hello", "bytes": "8B"})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("bytes"));
}

TEST_F(StalledHandshake, ReadsTheServersFlightAndDoesNotAnswer) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SSL_CTX_set_max_proto_version(server_.native_handle(), version);
        const auto stalled =
            make("stalled_handshake", R"({"after": "server_flight", "for": "20ms"})");
        surroundings held;
        held.let_go = surroundings::release::never;
        const injection happened = inject_into(correct_tls_server(), *stalled, held);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, StartsWith("the server's whole flight ("));
        EXPECT_EQ(handshake_error_, asio::ssl::error::stream_truncated);
    }
}

TEST_F(StalledHandshake, GoesAlongWhenTheServerWantsAnotherHello) {
    SSL_CTX_set1_groups_list(server_.native_handle(), "P-384");
    const auto stalled = make("stalled_handshake", R"({"after": "server_flight"})");
    EXPECT_THAT(inject_into(correct_tls_server(), *stalled), WasDelivered());
}

TEST_F(StalledHandshake, IsNotDeliveredWhereNoFlightComes) {
    const auto stalled = make("stalled_handshake", R"({"after": "server_flight"})");
    const injection to_http = inject_into(
        [](tcp_socket socket) -> asio::awaitable<void> {
            co_await send_text(socket, http_response("plain"));
        },
        *stalled);
    EXPECT_THAT(to_http, Not(WasDelivered()));
    EXPECT_EQ(to_http.proof, "what the server sent is no handshake: wrong version number");

    const injection to_deaf = inject_into(
        [](tcp_socket socket) -> asio::awaitable<void> {
            std::vector<char> hello(4096);
            co_await socket.async_read_some(asio::buffer(hello), asio::use_awaitable);
        },
        *stalled);
    EXPECT_THAT(to_deaf, Not(WasDelivered()));
    EXPECT_THAT(to_deaf.proof, HasSubstr("before its flight was whole"));
    EXPECT_EQ(in_place_count_, 0);
}

TEST_F(StalledHandshake, StrikesForSoLongAndSaysThatTheServerKeptIt) {
    const auto stalled = make("stalled_handshake", R"({"for": "200ms"})");
    EXPECT_FALSE(stalled->stands_until_released());
    EXPECT_EQ(stalled->holds(), held_condition::silent);  // while it stands, to whatever stop
    surroundings held;
    held.let_go = surroundings::release::never;
    const injection happened = inject_into(listening(), *stalled, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("; the server kept it for all of "));
    EXPECT_FALSE(happened.server_closed);
    EXPECT_GE(happened.ended - happened.struck, 200ms);
}

TEST_F(StalledHandshake, EndsEarlierWhenTheServerCloses) {
    const auto stalled = make("stalled_handshake", R"({"after": "client_hello", "for": "10s"})");
    surroundings held;
    held.let_go = surroundings::release::never;
    const auto impatient = [&](tcp_socket socket) -> asio::awaitable<void> {
        asio::steady_timer patience(executor(), 300ms);
        co_await patience.async_wait(asio::use_awaitable);
        socket.close();
    };
    const injection happened = inject_into(impatient, *stalled, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("; the server ended it after "));
    EXPECT_TRUE(happened.server_closed);
    EXPECT_LT(happened.ended, 9s);
}

TEST_F(StalledHandshake, IsUnavailableWithoutTls) {
    tls_ = nullptr;
    const auto stalled = make("stalled_handshake", R"({"after": "client_hello"})");
    const injection happened = inject_into(listening(), *stalled);
    EXPECT_TRUE(happened.unavailable);
    EXPECT_EQ(happened.proof, "the port does not speak TLS");
}

}  // namespace
}  // namespace stormdrain
