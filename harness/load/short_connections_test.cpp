// Loads of many short connections: where they come from, and how steep a burst of them is.

#include "harness/load/load_generator.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <string>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

class ShortConnections : public io_fixture {
protected:
    ShortConnections() { profile_.requests_per_connection = 1; }

    request_tally run_against(scripted_peer::script script) {
        scripted_peer peer(executor(), std::move(script));
        port_address port;
        port.name = "http";
        port.where = peer.where();
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, clock_, {route()}, profile_);
        run([&]() -> asio::awaitable<void> {
            co_await load.run(clock::now() + 10s);
            co_await peer.stop();
        });
        return load.tally();
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    load_profile profile_;
};

TEST_F(ShortConnections, ComeFromEverySourceAddressAlike) {
    profile_.clients_count = 6;
    profile_.requests_per_client = 2;
    profile_.sources_count = 3;
    std::map<std::string, int> seen;
    const request_tally tally = run_against([&seen](tcp::socket socket) -> asio::awaitable<void> {
        ++seen[socket.remote_endpoint().address().to_string()];
        co_await serve_correctly(socket);
    });
    EXPECT_EQ(tally.ordinary, 12U);
    EXPECT_EQ(tally.connections_opened, 12U);
    EXPECT_THAT(seen,
                ElementsAre(Pair("127.0.0.1", 4), Pair("127.0.0.2", 4), Pair("127.0.0.3", 4)));
    for (connection_id id = 1; id <= log_.size(); ++id) {
        EXPECT_NE(log_.at(id).local.port, 0U);  // chosen at connect, and known before it is used
    }
}

TEST_F(ShortConnections, AllBeginBeforeAnyOfABurstIsServed) {
    profile_.clients_count = 200;
    profile_.requests_per_client = 1;
    std::optional<std::size_t> begun;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        begun = begun.value_or(log_.size());
        co_await serve_correctly(socket);
    });
    EXPECT_EQ(begun, 200U);
    EXPECT_EQ(tally.ordinary, 200U);
    EXPECT_GT(tally.connects_began_within, 0ns);
}

}  // namespace
}  // namespace stormdrain
