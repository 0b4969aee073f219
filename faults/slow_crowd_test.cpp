#include "faults/slow_crowd.hpp"

#include "faults/tls_fault_fixture.hpp"
#include "harness/base/pause.hpp"
#include "harness/testing/script_steps.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <functional>
#include <set>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using kind = script_step::kind;
using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class SlowCrowd : public tls_fault_fixture {
protected:
    SlowCrowd() { tls_ = nullptr; }

    // Lets go of all once as many stand as there are.
    asio::awaitable<void> inject_all(const fault& what, endpoint where, std::uint32_t size) {
        port_address port;
        port.name = "http";
        port.where = std::move(where);
        port.tls = tls_;
        connector connections(executor(), port, log_);
        fault_context context(connections, routes_, clock_, released_, random_source(1),
                              clock::now() + within_);
        context.stands_within = stands_within_;
        crowd all{context, size};
        all.on_in_place = [this, size](std::uint32_t number) {
            stood_.insert(number);
            if (stood_.size() == size && let_go_) {
                released_.open();
            }
        };
        all.on_ended = [this](std::uint32_t number, injection seen) {
            ended_.push_back(std::move(seen));
            return ++times_[number] < times_wanted_ && !released_.is_open();
        };
        co_await as_crowd(what)->inject_all(all);
    }

    void run_against(scripted_peer::script script, const fault& what, std::uint32_t size) {
        scripted_peer peer(executor(), std::move(script));
        run([&]() -> asio::awaitable<void> {
            const endpoint where = peer.where();
            co_await inject_all(what, where, size);
            co_await peer.stop();
        });
        EXPECT_EQ(log_.open_count(), 0U);
    }

    duration within_ = 10s;
    duration stands_within_ = standing_limit;
    bool let_go_ = true;
    std::uint32_t times_wanted_ = 1;
    std::set<std::uint32_t> stood_;
    std::map<std::uint32_t, std::uint32_t> times_;
    std::vector<injection> ended_;
};

// Goal: more than are opened at once, and more than are looked after in a row.
TEST_F(SlowCrowd, HoldsHundredsUntilTheyAreLetGoOf) {
    const auto slow = make("slow_sender", R"({"every": "1h"})");
    run_against(listening(), *slow, 300);
    EXPECT_THAT(stood_, SizeIs(300));
    EXPECT_THAT(ended_, AllOf(SizeIs(300), Each(WasDelivered())));
    EXPECT_EQ(log_.size(), 300U);
    EXPECT_EQ(log_.at(300).purpose, "fault slow_sender");
    EXPECT_EQ(log_.at(300).end, connection_end::closed_by_client);
}

TEST_F(SlowCrowd, GoesOnSendingUntilItsRequestsAreWhole) {
    let_go_ = false;
    const auto slow = make("slow_sender", R"({"chunk": "20B", "every": "5ms"})");
    run_against(correct_server, *slow, 50);
    EXPECT_THAT(ended_, AllOf(SizeIs(50), Each(WasDelivered()),
                              Each(Field(&injection::response_status, 200))));
    for (const injection& seen : ended_) {
        ASSERT_TRUE(seen.request_whole);
        EXPECT_GE(*seen.request_whole - seen.struck, 5ms);
    }
}

TEST_F(SlowCrowd, SipsFromManyAnswers) {
    routes_["large"].path = "/bytes/1048576";
    const auto slow = make("slow_reader", R"({"every": "2ms"})");
    run_against(correct_server, *slow, 20);
    EXPECT_THAT(ended_, AllOf(SizeIs(20), Each(WasDelivered())));
}

// Goal: nothing is there to be taken when a sip is due.
TEST_F(SlowCrowd, WaitsForAnAnswerThatComesInParts) {
    let_go_ = false;
    const auto slow =
        make("slow_reader", R"({"chunk": "64KiB", "every": "1ms", "route": "small"})");
    run_against(
        [](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
            co_await pause(20ms);
            co_await send_text(socket, "fo");
            co_await pause(20ms);
            co_await send_text(socket, "ur");
        },
        *slow, 5);
    EXPECT_THAT(ended_, AllOf(SizeIs(5), Each(Not(WasDelivered())),
                              Each(Field(&injection::response_complete, true))));
    EXPECT_THAT(ended_.front().proof, HasSubstr("before the server had to wait"));
}

TEST_F(SlowCrowd, SeesThoseThatTheServerAnswersAndCloses) {
    let_go_ = false;
    const auto slow = make("slow_sender", R"({"every": "1h"})");
    run_against(
        [](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_until(socket, "G");
            co_await send_text(socket,
                               http_response("", "Connection: close\r\n", "408 Request Timeout"));
        },
        *slow, 20);
    EXPECT_THAT(ended_, AllOf(SizeIs(20), Each(Field(&injection::response_status, 408)),
                              Each(Field(&injection::response_complete, true)),
                              Each(Field(&injection::close_announced, true))));
}

TEST_F(SlowCrowd, SeesThoseThatTheServerResets) {
    let_go_ = false;
    const auto slow = make("slow_sender", R"({"every": "1h"})");
    run_against(
        [](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_until(socket, "G");
            socket.set_option(asio::socket_base::linger(true, 0));
            socket.close();  // its destructor would take the option back
        },
        *slow, 20);
    EXPECT_THAT(ended_, AllOf(SizeIs(20), Each(Field(&injection::server_reset, true))));
    for (const injection& seen : ended_) {
        EXPECT_TRUE(seen.server_closed);
        EXPECT_FALSE(seen.response_complete);
    }
}

TEST_F(SlowCrowd, StrikesAsOftenAsItIsWanted) {
    let_go_ = false;
    times_wanted_ = 3;
    const auto slow = make("slow_sender", R"({"every": "1h"})");
    run_against(
        [](tcp_socket socket) -> asio::awaitable<void> { co_await read_until(socket, "G"); }, *slow,
        10);
    EXPECT_THAT(ended_, SizeIs(30));
    EXPECT_EQ(log_.size(), 30U);
}

// Goal: more than the buffers of both kernels take.
TEST_F(SlowCrowd, GoesOnSendingOnceTheServerTakesMore) {
    let_go_ = false;
    routes_["upload"].body_bytes = 6 * 1024 * 1024;
    const auto slow =
        make("slow_sender", R"({"at": "request_body", "chunk": "1MiB", "every": "1ms"})");
    run_against(
        [](tcp_socket socket) -> asio::awaitable<void> {
            co_await pause(100ms);
            const std::optional<scripted_request> whole = co_await read_request(socket);
            if (whole) {
                co_await send_text(socket, http_response("whole"));
            }
        },
        *slow, 1);
    ASSERT_THAT(ended_, SizeIs(1));
    EXPECT_THAT(ended_.front(), WasDelivered());
    EXPECT_EQ(ended_.front().response_status, 200);
    ASSERT_TRUE(ended_.front().request_whole);
    EXPECT_GE(*ended_.front().request_whole, 90ms);
}

TEST_F(SlowCrowd, EndsByTheDeadlineWithoutBeingLetGoOf) {
    let_go_ = false;
    within_ = 100ms;
    times_wanted_ = 2;
    const auto slow = make("slow_sender", R"({"every": "1h"})");
    run_against(listening(), *slow, 70);
    EXPECT_THAT(ended_, SizeIs(140)) << "the second ones do not begin";
    EXPECT_EQ(std::ranges::count_if(ended_, &injection::delivered), 70);
    EXPECT_EQ(log_.size(), 70U);
}

TEST_F(SlowCrowd, TellsAllThatTheirRequestIsUnfit) {
    const auto slow = make("slow_sender", R"({"at": "request_body", "route": "small"})");
    run_against(listening(), *slow, 3);
    EXPECT_THAT(ended_, AllOf(SizeIs(3), Each(Field(&injection::proof, HasSubstr("no body")))));
    EXPECT_EQ(log_.size(), 0U);
}

TEST_F(SlowCrowd, ShakesHandsWhereThePortSpeaksTls) {
    tls_ = &client_;
    const auto slow = make("slow_sender", R"({"chunk": "20B", "every": "5ms"})");
    let_go_ = false;
    run_against(correct_tls_server(), *slow, 20);
    EXPECT_THAT(ended_, AllOf(SizeIs(20), Each(WasDelivered()),
                              Each(Field(&injection::response_status, 200))));
}

TEST_F(SlowCrowd, GoesThroughAScriptToItsEnd) {
    let_go_ = false;
    const std::vector<script_step> opening{step_of(kind::expect, "hello\n"),
                                           step_of(kind::send, "HELO\n"),
                                           step_of(kind::expect, "hi\n")};
    std::vector<script_step> ping{step_of(kind::send, "PI"), step_of(kind::wait, ""),
                                  step_of(kind::send, "NG\n"), step_of(kind::expect, "PONG\n")};
    ping[1].length = 5ms;
    routes_["small"].talk = script{opening, ping};
    const auto server = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await send_text(socket, "hello\n");
        co_await read_until(socket, "HELO\n");
        co_await send_text(socket, "hi\n");
        co_await read_until(socket, "PING\n");
        co_await send_text(socket, "PONG\n");
    };
    const auto slow = make("slow_sender", R"({"chunk": "2B", "every": "2ms"})");
    run_against(server, *slow, 5);
    EXPECT_THAT(ended_, AllOf(SizeIs(5), Each(WasDelivered()),
                              Each(Field(&injection::response_complete, true)),
                              Each(Field(&injection::response_status, std::nullopt))));
}

TEST_F(SlowCrowd, SipsTheLastAnswerOfAScript) {
    std::vector<script_step> large{step_of(kind::send, "LARGE\n"), {}};
    large.back().does = kind::expect;
    large.back().expected.how = expectation::kind::bytes;
    large.back().expected.bytes_count = 16 * 1024 * 1024;
    routes_["large"].talk =
        script{{step_of(kind::send, "HELO\n"), step_of(kind::expect, "hi\n")}, large};
    const auto server = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_until(socket, "HELO\n");
        co_await send_text(socket, "hi\n");
        co_await read_until(socket, "LARGE\n");
        co_await send_text(socket, std::string(16 * 1024 * 1024, 'x'));
    };
    run_against(server, *make("slow_reader", R"({"every": "2ms"})"), 5);
    EXPECT_THAT(ended_, AllOf(SizeIs(5), Each(WasDelivered())));
}

TEST_F(SlowCrowd, ComesFromSeveralAddressesWhereOneHasNotPortsEnough) {
    const endpoint loopback{"127.0.0.1", 80};
    EXPECT_EQ(source_of(0, 20'000, loopback), "");
    EXPECT_EQ(source_of(0, 50'000, loopback), "127.0.0.1");
    EXPECT_EQ(source_of(19'999, 50'000, loopback), "127.0.0.1");
    EXPECT_EQ(source_of(49'999, 50'000, loopback), "127.0.0.3");
    EXPECT_EQ(source_of(49'999, 50'000, {"::1", 80}), "");
    EXPECT_EQ(source_of(49'999, 50'000, {"/run/a.sock", 0}), "");
}

// Goal: the bar is half a KiB a connection.
TEST_F(SlowCrowd, NeedsLittleMemory) {
    EXPECT_LE(slow_crowd::bytes_of_client(), 400U);
    EXPECT_LE(slow_crowd::bytes_of_client() + sizeof(response_parser), 768U) << "who is answered";
}

}  // namespace
}  // namespace stormdrain
