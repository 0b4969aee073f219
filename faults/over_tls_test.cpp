// Every fault on connections, and every point of the reset, on a port that speaks TLS.

#include "faults/tls_fault_fixture.hpp"
#include "harness/base/task_group.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

struct fault_over_tls {
    std::string name;
    std::string kind;
    std::string settings = "{}";
};

std::vector<fault_over_tls> all_over_tls() {
    std::vector<fault_over_tls> all;
    for (const fault_kind* kind : connection_faults()) {
        const std::string name(kind->name);
        if (make_fault(kind->name)->needs_http2()) {
            continue;  // see http2_over_tls_test.cpp
        }
        all.push_back({name, name});
    }
    for (const std::string point :
         {"connect", "request_body", "handler", "response_body", "idle"}) {
        all.push_back(
            {"connection_reset_" + point, "connection_reset", R"({"at": ")" + point + "\"}"});
    }
    all.push_back({"silent_connection_handshake", "silent_connection", R"({"at": "handshake"})"});
    for (const std::string after : {"record_header", "client_hello", "server_flight",
                                    "part_of_client_hello", "part_of_second_flight"}) {
        all.push_back(
            {"stalled_handshake_" + after, "stalled_handshake", R"({"after": ")" + after + "\"}"});
    }
    for (const std::string sends :
         {"plain_http", "reset_after_hello", "reset_after_server_flight", "reset_amid_hello",
          "reset_amid_second_flight", "fin_after_hello", "fin_after_server_flight",
          "fin_amid_hello", "fin_amid_second_flight"}) {
        all.push_back(
            {"broken_handshake_" + sends, "broken_handshake", R"({"sends": ")" + sends + "\"}"});
    }
    all.push_back({"one_byte_handshake", "one_byte", R"({"at": "handshake"})"});
    all.push_back({"garbage_request_headers", "garbage", R"({"at": "request_headers"})"});
    all.push_back({"garbage_handshake", "garbage", R"({"at": "handshake"})"});
    all.push_back({"partial_request_body", "partial_request", R"({"at": "request_body"})"});
    all.push_back({"tls_truncation_reset", "tls_truncation", R"({"by": "reset"})"});
    all.push_back({"small_tls_records_together", "small_tls_records", R"({"sent": "together"})"});
    all.push_back({"vanish_response_body", "vanish", R"({"at": "response_body"})"});
    all.push_back({"vanish_reset", "vanish", R"({"then": "reset"})"});
    all.push_back({"half_close_request_headers", "half_close", R"({"at": "request_headers"})"});
    return all;
}

class FaultOverTls : public tls_fault_fixture,
                     public testing::WithParamInterface<fault_over_tls> {};

TEST_P(FaultOverTls, DeliversToACorrectServer) {
    const std::unique_ptr<const fault> made = make(GetParam().kind, GetParam().settings);
    const injection happened = inject_into(correct_tls_server(), *made);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(in_place_count_, 1);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_P(FaultOverTls, CanBeCancelledAndLeavesNothing) {
    const std::unique_ptr<const fault> made = make(GetParam().kind, GetParam().settings);
    scripted_peer peer(executor(), correct_tls_server());
    surroundings around;
    around.let_go = surroundings::release::never;
    time_point cancelled;
    run([&]() -> asio::awaitable<void> {
        const auto once = [&]() -> asio::awaitable<void> {
            const endpoint where = peer.where();
            co_await inject(*made, where, around);
        };
        task_group tasks(executor());
        tasks.spawn(once());
        asio::steady_timer amid(executor(), std::chrono::milliseconds(50));
        co_await amid.async_wait(asio::use_awaitable);
        tasks.cancel();
        cancelled = clock::now();
        co_await tasks.join();
        co_await peer.stop();
    });
    EXPECT_LT(clock::now() - cancelled, std::chrono::seconds(5));
    EXPECT_EQ(log_.open_count(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, FaultOverTls, testing::ValuesIn(all_over_tls()),
                         [](const auto& tested) { return tested.param.name; });

// A server that ends the handshake is not struck.
TEST_F(FaultOverTls, IsNotDeliveredWhenTheHandshakeFails) {
    const std::unique_ptr<const fault> made = make("idle_keep_alive");
    const auto speaks_http = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await send_text(socket, http_response("plain"));
    };
    const injection happened = inject_into(speaks_http, *made);
    EXPECT_THAT(happened, testing::Not(WasDelivered()));
    EXPECT_THAT(happened.proof, testing::HasSubstr("TLS handshake failed"));
}

TEST_F(FaultOverTls, IsNotDeliveredWhenTheHandshakeTakesTooLong) {
    const std::unique_ptr<const fault> made = make("idle_keep_alive");
    gate over(executor());
    const auto deaf = [&over](tcp_socket) -> asio::awaitable<void> {
        co_await over.wait(clock::now() + std::chrono::seconds(10));
    };
    surroundings around;
    around.stands_within = std::chrono::milliseconds(200);
    scripted_peer peer(executor(), deaf);
    injection happened;
    run([&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        happened = co_await inject(*made, where, around);
        over.open();
        co_await peer.stop();
    });
    EXPECT_LT(happened.ended, std::chrono::seconds(5));
    EXPECT_THAT(happened, testing::Not(WasDelivered()));
    EXPECT_EQ(happened.proof, "the TLS handshake was not over in time");
}

}  // namespace
}  // namespace stormdrain
