#include "harness/load/load_generator.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/task_group.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;

asio::awaitable<void> correct_server(tcp::socket socket) {
    co_await serve_correctly(socket);
}

class LoadGenerator : public io_fixture {
protected:
    LoadGenerator() {
        profile_.clients_count = 1;
        profile_.requests_per_client = 1;
    }

    connector to(endpoint where) {
        port_address port;
        port.name = "http";
        port.where = std::move(where);
        return connector(executor(), port, log_);
    }
    static time_point soon() { return clock::now() + 10s; }

    // Runs the profile against the script and gives the tally.
    request_tally run_against(scripted_peer::script script) {
        scripted_peer peer(executor(), std::move(script));
        connector connections = to(peer.where());
        load_generator load(executor(), connections, clock_, {route_}, profile_);
        run([&]() -> asio::awaitable<void> {
            co_await load.run(soon());
            co_await peer.stop();
        });
        return load.tally();
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    route route_;
    load_profile profile_;
};

auto ended(request_end end) {
    return Field("end", &request_row::end, end);
}
auto number_on_connection(std::uint32_t number) {
    return Field("number_on_connection", &request_row::number_on_connection, number);
}

TEST_F(LoadGenerator, CountsEveryAnsweredRequestOnKeptConnections) {
    profile_.clients_count = 4;
    profile_.requests_per_client = 5;
    const request_tally tally = run_against(correct_server);
    EXPECT_EQ(tally.started, 20U);
    EXPECT_EQ(tally.ordinary, 20U);
    EXPECT_EQ(tally.unusual_count, 0U);
    EXPECT_EQ(tally.connections_opened, 4U);
    EXPECT_EQ(tally.reused_connection, 16U);
    EXPECT_EQ(tally.latency.count(), 20U);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(LoadGenerator, OpensANewConnectionWhereTheProfileCapsThem) {
    profile_.requests_per_client = 5;
    profile_.requests_per_connection = 2;
    const request_tally tally = run_against(correct_server);
    EXPECT_EQ(tally.ordinary, 5U);
    EXPECT_EQ(tally.connections_opened, 3U);
}

TEST_F(LoadGenerator, SendsABodyWhileItReadsTheEcho) {
    // Larger than both socket buffers: a client that wrote first and read then would hang.
    route_.method = "POST";
    route_.body_bytes = 24 * 1024 * 1024;
    profile_.requests_per_client = 2;
    const auto echo_as_it_comes = [](tcp::socket socket) -> asio::awaitable<void> {
        const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 25165824\r\n\r\n";
        std::vector<char> buffer(64 * 1024);
        for (int number = 0; number < 2; ++number) {
            std::string begun = co_await read_until(socket, "\r\n\r\n");
            begun.erase(0, begun.find("\r\n\r\n") + 4);
            std::size_t echoed = begun.size();
            co_await send_text(socket, head + begun);
            while (echoed < 24U * 1024 * 1024) {
                const std::size_t count =
                    co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
                co_await send_text(socket, std::string(buffer.data(), count));
                echoed += count;
            }
        }
        co_await read_request(socket);
    };
    const request_tally tally = run_against(echo_as_it_comes);
    EXPECT_EQ(tally.ordinary, 2U);
    EXPECT_EQ(tally.reused_connection, 1U);
}

TEST_F(LoadGenerator, WritesARowForAnotherStatusThanTheExpectedOne) {
    const request_tally tally = run_against([](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("", "", "503 Service Unavailable"));
        co_await read_request(socket);
    });
    ASSERT_EQ(tally.unusual.size(), 1U);
    EXPECT_EQ(tally.unusual[0].end, request_end::answered);
    EXPECT_EQ(tally.unusual[0].status, 503);
    EXPECT_EQ(tally.ordinary, 0U);
}

TEST_F(LoadGenerator, WritesDownATruncatedResponseAndGoesOnOnAFreshConnection) {
    profile_.requests_per_client = 2;
    bool truncated = false;
    const request_tally tally =
        run_against([&truncated](tcp::socket socket) -> asio::awaitable<void> {
            if (std::exchange(truncated, true)) {
                co_await serve_correctly(socket);
                co_return;
            }
            co_await read_request(socket);
            co_await send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        });
    EXPECT_EQ(tally.started, 2U);
    EXPECT_EQ(tally.ordinary, 1U);
    EXPECT_EQ(tally.connections_opened, 2U);
    ASSERT_EQ(tally.unusual.size(), 1U);
    const request_row& row = tally.unusual[0];
    EXPECT_EQ(row.end, request_end::end_of_stream);
    EXPECT_EQ(row.status, 200);
    EXPECT_EQ(row.body_bytes, 4U);
    EXPECT_EQ(row.body_announced, 100U);
    EXPECT_FALSE(row.error.empty());
    EXPECT_LE(row.started, *row.first_byte_sent);
    EXPECT_LE(*row.first_byte_sent, *row.all_sent);
    EXPECT_LE(*row.first_byte_received, row.ended);
}

TEST_F(LoadGenerator, MeetsAnUnannouncedCloseWithItsNextRequest) {
    profile_.requests_per_client = 2;
    profile_.think_time = 20ms;
    const request_tally tally = run_against([](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
    });
    EXPECT_EQ(tally.ordinary, 1U);
    ASSERT_EQ(tally.unusual.size(), 1U);
    const request_row& row = tally.unusual[0];
    EXPECT_THAT(row.end, testing::AnyOf(request_end::end_of_stream, request_end::reset));
    EXPECT_EQ(row.number_on_connection, 1U);
    EXPECT_EQ(row.response_bytes, 0U);
    EXPECT_GE(row.idle_before, 20ms);
}

TEST_F(LoadGenerator, ReportsAReset) {
    const request_tally tally = run_against([](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        socket.set_option(tcp::socket::linger(true, 0));
        socket.close();  // the destructor would clear the option
    });
    EXPECT_THAT(tally.unusual,
                ElementsAre(AllOf(ended(request_end::reset), number_on_connection(0))));
}

TEST_F(LoadGenerator, ReportsBytesBehindTheResponse) {
    const request_tally tally = run_against([](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole") + "more");
    });
    ASSERT_THAT(tally.unusual, ElementsAre(ended(request_end::malformed)));
    EXPECT_EQ(tally.unusual[0].error, "4 bytes after the response's end");
}

TEST_F(LoadGenerator, ReportsEveryRefusedConnect) {
    profile_.clients_count = 2;
    profile_.requests_per_client = 3;
    // Bound and not listening: nobody else can get the port, and the kernel refuses.
    tcp::acceptor bound(context());
    bound.open(tcp::v4());
    bound.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    connector connections = to({"127.0.0.1", bound.local_endpoint().port()});
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    run(load.run(soon()));
    EXPECT_EQ(load.tally().started, 6U);
    EXPECT_EQ(load.tally().unusual.size(), 6U);
    EXPECT_THAT(load.tally().unusual, Each(ended(request_end::refused)));
    EXPECT_TRUE(load.moments().connected.is_open());
    EXPECT_TRUE(load.moments().finished.is_open());
    EXPECT_FALSE(load.moments().last_response.is_open());
}

TEST_F(LoadGenerator, OpensTheLastResponseWhileItsConnectionIsOpen) {
    profile_.clients_count = 3;
    profile_.requests_per_client = 2;
    scripted_peer peer(executor(), correct_server);
    connector connections = to(peer.where());
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    std::size_t open_at_last = 0;
    const auto watch = [&]() -> asio::awaitable<void> {
        const gate_result seen = co_await load.moments().last_response.wait(soon());
        EXPECT_EQ(seen, gate_result::opened);
        open_at_last = log_.open_count();
    };
    run([&]() -> asio::awaitable<void> {
        co_await both_of(load.run(soon()), watch());
        co_await peer.stop();
    });
    EXPECT_EQ(open_at_last, 1U);
    EXPECT_TRUE(load.moments().awaiting_first_byte.is_open());
}

TEST_F(LoadGenerator, OpensMidResponseForAnAnswerThatComesInParts) {
    gate go_on(executor());
    const auto in_parts = [&](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
        co_await go_on.wait(soon());
        co_await send_text(socket, "lf");
        co_await read_request(socket);
    };
    scripted_peer peer(executor(), in_parts);
    connector connections = to(peer.where());
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    const auto watch = [&]() -> asio::awaitable<void> {
        const gate_result seen = co_await load.moments().mid_response.wait(soon());
        EXPECT_EQ(seen, gate_result::opened);
        EXPECT_EQ(load.tally().ordinary, 0U);
        go_on.open();
    };
    run([&]() -> asio::awaitable<void> {
        co_await both_of(load.run(soon()), watch());
        co_await peer.stop();
    });
    EXPECT_EQ(load.tally().ordinary, 1U);
}

// Goal: after the stop each client goes on until the server announces its close, tries one fresh
// connection, which is refused and written down, and ends.
TEST_F(LoadGenerator, KeepsSendingAfterTheStopUntilAFreshConnectIsRefused) {
    profile_.clients_count = 3;
    profile_.requests_per_client = 1'000'000;
    bool draining = false;
    std::uint32_t served = 0;
    gate warm(executor());
    const auto until_drained = [&](tcp::socket socket) -> asio::awaitable<void> {
        while (co_await read_request(socket)) {
            if (++served == 50) {
                warm.open();
            }
            co_await send_text(socket, http_response("", draining ? "Connection: close\r\n" : ""));
            if (draining) {
                co_return;
            }
        }
    };
    scripted_peer peer(executor(), until_drained);
    connector connections = to(peer.where());
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    since_start stopped{};
    const auto stop = [&]() -> asio::awaitable<void> {
        co_await warm.wait(soon());
        draining = true;
        stopped = clock_.now();
        load.stop_triggered();
        co_await peer.stop();
    };
    run([&]() -> asio::awaitable<void> { co_await both_of(load.run(soon()), stop()); });
    const request_tally& tally = load.tally();
    EXPECT_EQ(tally.started, tally.ordinary + 3);
    ASSERT_EQ(tally.unusual.size(), 3U);
    EXPECT_THAT(tally.unusual, Each(ended(request_end::refused)));
    EXPECT_THAT(tally.unusual, Each(Field(&request_row::started, testing::Ge(stopped))));
    EXPECT_EQ(tally.connections_opened, 3U);
}

TEST_F(LoadGenerator, HoldsIdleConnectionsUntilTheyAreReleased) {
    profile_.clients_count = 2;
    profile_.after = after_stop::stay_idle;
    scripted_peer peer(executor(), correct_server);
    connector connections = to(peer.where());
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    std::size_t open_before_release = 0;
    const auto release = [&]() -> asio::awaitable<void> {
        co_await load.moments().finished.wait(soon());
        load.stop_triggered();
        co_await asio::post(executor(), asio::use_awaitable);
        open_before_release = log_.open_count();
        load.release();
    };
    run([&]() -> asio::awaitable<void> {
        co_await both_of(load.run(soon()), release());
        co_await peer.stop();
    });
    EXPECT_EQ(open_before_release, 2U);
    EXPECT_EQ(log_.open_count(), 0U);
}

// Goal: a server that answers for ever keeps no client, within its plan or after the stop.
TEST_F(LoadGenerator, LetsGoOfAServerThatGoesOnAnswering) {
    profile_.clients_count = 2;
    profile_.requests_per_client = 1'000'000;
    for (const auto& [think_time, told_to_stop] :
         {std::pair(duration(0), true), {duration(1h), true}, {duration(0), false}}) {
        profile_.think_time = think_time;
        scripted_peer peer(executor(), correct_server);
        connector connections = to(peer.where());
        load_generator load(executor(), connections, clock_, {route_}, profile_);
        std::uint64_t answered = 0;
        const auto release = [&, told = told_to_stop]() -> asio::awaitable<void> {
            co_await load.moments().connected.wait(soon());
            if (told) {
                load.stop_triggered();
            }
            asio::steady_timer amid(executor(), 30ms);
            co_await amid.async_wait(asio::use_awaitable);
            answered = load.tally().ordinary;
            load.release();
        };
        const time_point began = clock::now();
        run([&]() -> asio::awaitable<void> {
            co_await both_of(load.run(clock::now() + 1h), release());
            co_await peer.stop();
        });
        EXPECT_LT(clock::now() - began, 5s);
        EXPECT_GE(answered, 2U);
        EXPECT_EQ(load.tally().unusual_count, 0U);
        EXPECT_TRUE(load.moments().finished.is_open());
        EXPECT_EQ(log_.open_count(), 0U);
    }
}

TEST_F(LoadGenerator, LetsAHeldConnectionGoWhenTheServerCloses) {
    profile_.after = after_stop::stay_idle;
    const request_tally tally = run_against([](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("whole"));
    });
    EXPECT_EQ(tally.ordinary, 1U);
}

asio::awaitable<void> never_answers(tcp::socket socket) {
    std::optional<scripted_request> request = co_await read_request(socket);
    while (request) {
        request = co_await read_request(socket);
    }
}

TEST_F(LoadGenerator, AbandonsWhatTheCycleCutsOff) {
    scripted_peer peer(executor(), never_answers);
    connector connections = to(peer.where());
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    run([&]() -> asio::awaitable<void> {
        co_await load.run(clock::now() + 50ms);
        co_await peer.stop();
    });
    EXPECT_THAT(load.tally().unusual, ElementsAre(ended(request_end::abandoned)));
}

TEST_F(LoadGenerator, AccountsForItsRequestsWhenItIsCancelled) {
    profile_.clients_count = 3;
    scripted_peer peer(executor(), never_answers);
    connector connections = to(peer.where());
    load_generator load(executor(), connections, clock_, {route_}, profile_);
    run([&]() -> asio::awaitable<void> {
        task_group tasks(executor());
        tasks.spawn(load.run(soon()));
        co_await load.moments().connected.wait(soon());
        co_await load.moments().awaiting_first_byte.wait(soon());
        tasks.cancel();
        co_await tasks.join();
        co_await peer.stop();
    });
    EXPECT_EQ(load.tally().started, 3U);
    EXPECT_EQ(load.tally().unusual.size(), 3U);
    EXPECT_THAT(load.tally().unusual, Each(ended(request_end::abandoned)));
    EXPECT_EQ(log_.open_count(), 0U);
}

}  // namespace
}  // namespace stormdrain
