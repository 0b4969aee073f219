#include "harness/load/engine/slow_pool.hpp"

#include "harness/base/pause.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::Each;
using testing::StartsWith;

// Runs a pool against a server made of a script: the pool blocks, so it has a thread of its own.
class SlowPool : public io_fixture {
protected:
    static time_point soon() { return clock::now() + 15s; }

    void make(slow_manner manner) {
        route what;
        what.path = manner == slow_manner::reader ? "/bytes/300000" : "/";
        what.body_bytes = manner == slow_manner::body ? 10 : 0;
        what.method = what.body_bytes > 0 ? "POST" : "GET";
        plan_ = slow_plan_of(manner, what, "test");
        plan_.clients_count = 20;
        plan_.every = 100ms;
    }

    // Until the counts are as wanted.
    slow_counts run_against(scripted_peer::script script,
                            const std::function<bool(const slow_counts&)>& is_enough) {
        scripted_peer peer(executor(), std::move(script));
        plan_.remote = address_of(peer.where()).value();
        slow_counts seen = run_until(is_enough);
        run([&]() -> asio::awaitable<void> { co_await peer.stop(); });
        return seen;
    }

    slow_counts run_until(const std::function<bool(const slow_counts&)>& is_enough) {
        slow_board board;
        std::future<void> pool = std::async(std::launch::async, [&] {
            slow_pool all(plan_, {}, board);
            all.run(soon());
        });
        slow_counts seen;
        run([&]() -> asio::awaitable<void> {
            const time_point deadline = soon();
            while (!is_enough(seen = board.look()) && clock::now() < deadline) {
                co_await pause(1ms);
            }
        });
        board.ask_to_end();
        pool.get();
        EXPECT_TRUE(is_enough(seen));
        return seen;
    }

    static auto held(std::uint64_t count) {
        return [count](const slow_counts& seen) { return seen.held == count; };
    }

    slow_plan plan_;
};

asio::awaitable<void> serve_correctly_on(tcp::socket socket) {
    co_await serve_correctly(socket);
}

// Keeps what each client said.
scripted_peer::script listens(std::vector<std::string>& heard) {
    return [&heard](tcp::socket socket) -> asio::awaitable<void> {
        std::vector<char> buffer(4096);
        std::string said;
        boost::system::error_code error;
        while (!error) {
            auto token = asio::redirect_error(asio::use_awaitable, error);
            const std::size_t count =
                co_await socket.async_read_some(asio::buffer(buffer), std::move(token));
            said.append(buffer.data(), count);
        }
        heard.push_back(said);
    };
}

TEST_F(SlowPool, HoldsClientsWhoseHeadsNeverEnd) {
    make(slow_manner::headers);
    std::vector<std::string> heard;
    const slow_counts seen = run_against(
        listens(heard), [](const slow_counts& now) { return now.held == 20 && now.pieces >= 60; });
    EXPECT_EQ(seen.connected, 20U);
    EXPECT_EQ(seen.connecting, 0U);
    ASSERT_EQ(heard.size(), 20U);
    EXPECT_THAT(heard, Each(StartsWith(plan_.opening + "x")));
}

TEST_F(SlowPool, SendsBodiesToTheirEndAndHearsTheAnswer) {
    make(slow_manner::body);
    const slow_counts seen =
        run_against(serve_correctly_on, [](const slow_counts& now) { return now.answered == 20; });
    EXPECT_EQ(seen.pieces, 200U) << "ten bytes of each";
    EXPECT_EQ(seen.answered_408, 0U);
    EXPECT_GE(seen.shortest_life, 900ms) << "nine times the pause";
}

TEST_F(SlowPool, TakesAnAnswerInSips) {
    make(slow_manner::reader);
    const slow_counts seen = run_against(serve_correctly_on, [](const slow_counts& now) {
        return now.held == 20 && now.pieces >= 40;
    });
    EXPECT_EQ(seen.answered, 0U) << "an answer is what it wants";
    EXPECT_EQ(seen.closed, 0U);
}

TEST_F(SlowPool, CountsThoseThatAreToldThatTheyAreTooSlow) {
    make(slow_manner::headers);
    const slow_counts seen = run_against(
        [](tcp::socket socket) -> asio::awaitable<void> {
            co_await read_until(socket, "X-Slow");
            co_await send_text(socket,
                               http_response("", "Connection: close\r\n", "408 Request Timeout"));
        },
        [](const slow_counts& now) { return now.answered == 20 && now.held == 0; });
    EXPECT_EQ(seen.answered_408, 20U);
    EXPECT_EQ(seen.closed, 0U) << "an answer came before";
    EXPECT_EQ(seen.reset, 0U);
}

TEST_F(SlowPool, CountsThoseThatAreClosedAndThoseThatAreReset) {
    make(slow_manner::headers);
    int turn = 0;
    const slow_counts seen = run_against(
        [&turn](tcp::socket socket) -> asio::awaitable<void> {
            co_await read_until(socket, "X-Slow");
            if (++turn % 2 == 0) {
                socket.set_option(asio::socket_base::linger(true, 0));
                socket.close();  // its destructor would take the option back
            }
        },
        [](const slow_counts& now) { return now.held == 0 && now.connected == 20; });
    EXPECT_EQ(seen.closed + seen.reset, 20U);
    EXPECT_GE(seen.reset, 1U);
    EXPECT_GE(seen.closed, 1U);
    EXPECT_EQ(seen.answered, 0U);
    EXPECT_LE(seen.shortest_life, seen.longest_life);
}

TEST_F(SlowPool, CountsThoseThatNobodyTakes) {
    make(slow_manner::headers);
    tcp::acceptor closed(context(), {asio::ip::address_v4::loopback(), 0});
    plan_.remote = closed.local_endpoint();
    closed.close();
    const slow_counts seen = run_until([](const slow_counts& now) { return now.refused == 20; });
    EXPECT_EQ(seen.connected, 0U);
    EXPECT_EQ(seen.held, 0U);
    EXPECT_EQ(seen.connecting, 0U);
}

TEST_F(SlowPool, ComesFromSeveralAddresses) {
    make(slow_manner::headers);
    for (const char* address : {"127.0.0.1", "127.0.0.2"}) {
        plan_.sources.push_back(address_of({address, 0}).value());
    }
    std::vector<std::string> from;
    run_against(
        [&from](tcp::socket socket) -> asio::awaitable<void> {
            from.push_back(socket.remote_endpoint().address().to_string());
            co_await read_until(socket, "X-Slow");
            co_await pause(50ms);
        },
        [](const slow_counts& now) { return now.connected == 20; });
    EXPECT_EQ(std::ranges::count(from, "127.0.0.2"), 10);
}

// Goal: the bar is half a KiB a connection.
TEST_F(SlowPool, NeedsLittleMemory) {
    EXPECT_LE(slow_pool::bytes_of_client(), 128U);
}

TEST_F(SlowPool, BeginsClientsWithinTheRamp) {
    make(slow_manner::headers);
    plan_.clients_ramp = 200ms;
    std::vector<std::string> heard;
    const time_point began = clock::now();
    run_against(listens(heard), held(20));
    EXPECT_GE(clock::now() - began, 190ms) << "the last of 20 begins with the last twentieth";
}

}  // namespace
}  // namespace stormdrain
