#include "harness/cycle/path_links.hpp"

#include "faults/link/link_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

class PathLinks : public link_fixture {
protected:
    static link_use use_with(std::initializer_list<std::string_view> toxics) {
        link_use use{"path", link_place::load_and_target, "", {}};
        for (const std::string_view toxic : toxics) {
            use.toxics.push_back(read_toxic(toxic));
        }
        return use;
    }
    // What a client of ours that the link leads on has in the log.
    static connection_row& logged(connection_log& log, const tcp::socket& client) {
        return logged(log, client, client.remote_endpoint());
    }
    // One that is reset has no peer any more.
    static connection_row& logged(connection_log& log, const tcp::socket& client,
                                  const tcp::endpoint& to) {
        const tcp::endpoint from = client.local_endpoint();
        connection_row& row =
            log.open("load", "http", endpoint{to.address().to_string(), to.port()});
        log.bound(row, {from.address().to_string(), from.port()});
        return row;
    }
    static tcp::endpoint before_http(const path_links& links) {
        const std::optional<endpoint> link = links.before(link_place::load_and_target, "http");
        EXPECT_TRUE(link);
        return {asio::ip::address_v4::loopback(), link ? link->port : std::uint16_t{0}};
    }
};

TEST_F(PathLinks, StandBeforeThePortsThatTheyAreForAndNoOthers) {
    link_use use = use_with({});
    use.only = "https";
    path_links links({use}, 1);
    links.place_before({{"http", {"127.0.0.1", 80}}, {"https", {"127.0.0.1", 443}}});
    EXPECT_FALSE(links.before(link_place::load_and_target, "http"));
    EXPECT_TRUE(links.before(link_place::load_and_target, "https"));
    EXPECT_FALSE(links.before(link_place::target_and_origins, "https"));
}

TEST_F(PathLinks, TellWhatTheServerSeesOfEachConnection) {
    run([&]() -> asio::awaitable<void> {
        tcp::endpoint seen;
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            seen = socket.remote_endpoint();
            co_await echo(std::move(socket));
        });
        const link_use use = use_with({});
        path_links links({use}, 1);
        links.place_before({{"http", peer.where()}});
        links.begin_cycle();
        connection_log log{cycle_clock()};
        log.lead_through(links);
        tcp::socket client = co_await connect(before_http(links));
        const connection_row& row = logged(log, client);
        co_await say(client, "ping");
        const heard answer = co_await listen_to(client, 4);
        EXPECT_EQ(answer.bytes, "ping");
        log.catch_up();
        EXPECT_EQ(row.at_server.remote.port, seen.port());
        EXPECT_EQ(row.at_server.local.port, peer.where().port);
        const connection_row* const found =
            log.find({row.at_server.local, {"127.0.0.1", seen.port()}});
        EXPECT_EQ(found, &row);
        client.close();
        co_await peer.stop();
    });
}

TEST_F(PathLinks, KeepTheAddressOfTheClient) {
    run([&]() -> asio::awaitable<void> {
        std::string seen;
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            seen = socket.remote_endpoint().address().to_string();
            co_await echo(std::move(socket));
        });
        const link_use use = use_with({});
        path_links links({use}, 1);
        links.place_before({{"http", peer.where()}});
        const bool echoed = co_await is_echoed(before_http(links), "127.0.0.7");
        EXPECT_TRUE(echoed);
        EXPECT_EQ(seen, "127.0.0.7");
        co_await peer.stop();
    });
}

TEST_F(PathLinks, ProveWhatTheirToxicsDidByMeasuredDelays) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const link_use use = use_with({"latency:latency=20ms", "slow_close:delay=1s"});
        path_links links({use}, 1);
        links.place_before({{"http", peer.where()}});
        links.begin_cycle();
        const connection_log log{cycle_clock()};
        const time_point began = clock::now();
        const bool echoed = co_await is_echoed(before_http(links));
        EXPECT_TRUE(echoed);
        const duration took = clock::now() - began;
        EXPECT_GE(took, 20ms);
        const path_record path = links.record(log, cycle_clock());
        EXPECT_EQ(path.to_target.down, 1020ms);
        EXPECT_EQ(path.to_target.up, 0ms);
        EXPECT_THAT(path.links, SizeIs(1));
        const toxic_record& latency = path.links.at(0).toxics.at(0);
        EXPECT_EQ(latency.name, "latency_downstream");
        EXPECT_EQ(latency.settings, R"({"latency":"20ms","jitter":"0s"})");
        EXPECT_EQ(latency.connections_count, 1U);
        EXPECT_GE(latency.delays_count, 1U);
        EXPECT_GE(latency.delay_min, 20ms);
        EXPECT_LE(latency.delay_min, took);
        EXPECT_GE(latency.delay_max, latency.delay_mean);
        EXPECT_EQ(latency.delay_min - latency.lateness_max <= 20ms, true);
        co_await peer.stop();
    });
}

TEST_F(PathLinks, NameTheConnectionsThatAToxicCut) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const link_use use = use_with({"reset_peer:timeout=100ms"});
        path_links links({use}, 1);
        links.place_before({{"http", peer.where()}});
        links.begin_cycle();
        connection_log log{cycle_clock()};
        log.lead_through(links);
        tcp::socket client = co_await connect(before_http(links));
        const connection_row& row = logged(log, client);
        const heard nothing = co_await listen_to(client);
        EXPECT_EQ(nothing.end, asio::error::connection_reset);
        const path_record path = links.record(log, cycle_clock());
        const link_record& link = path.links.at(0);
        EXPECT_EQ(link.strikes_count, 1U);
        EXPECT_THAT(link.strikes, SizeIs(1));
        EXPECT_EQ(link.strikes.at(0).toxic, "reset_peer_downstream");
        EXPECT_EQ(link.strikes.at(0).connection, row.id);
        EXPECT_EQ(link.resets_count, 1U);
        co_await peer.stop();
    });
}

TEST_F(PathLinks, NameTheConnectionsThatTheServerRefused) {
    run([&]() -> asio::awaitable<void> {
        std::uint16_t nobody_listens = 0;
        {
            tcp::acceptor gone(executor(), {asio::ip::address_v4::loopback(), 0});
            nobody_listens = gone.local_endpoint().port();
        }
        const link_use use = use_with({});
        path_links links({use}, 1);
        links.place_before({{"http", {"127.0.0.1", nobody_listens}}});
        links.begin_cycle();
        connection_log log{cycle_clock()};
        log.lead_through(links);
        // At once: the link may have reset it before an asynchronous connect is seen to be done.
        tcp::socket client(executor());
        client.connect(before_http(links));
        const connection_row& row = logged(log, client, before_http(links));
        const heard nothing = co_await listen_to(client);
        EXPECT_EQ(nothing.end, asio::error::connection_reset);
        const path_record path = links.record(log, cycle_clock());
        EXPECT_THAT(path.links.at(0).refused, ElementsAre(row.id));
        EXPECT_EQ(path.links.at(0).dial_failures_count, 1U);
    });
}

TEST_F(PathLinks, CountEachCycleAnew) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const link_use use = use_with({"latency:latency=1ms"});
        path_links links({use}, 1);
        links.place_before({{"http", peer.where()}});
        links.begin_cycle();
        const connection_log log{cycle_clock()};
        EXPECT_TRUE(co_await is_echoed(before_http(links)));
        EXPECT_EQ(links.record(log, cycle_clock()).links.at(0).accepted_count, 1U);
        links.begin_cycle();
        const path_record path = links.record(log, cycle_clock());
        EXPECT_EQ(path.links.at(0).accepted_count, 0U);
        EXPECT_EQ(path.links.at(0).toxics.at(0).strikes_count, 0U);
        EXPECT_THAT(path.links.at(0).strikes, IsEmpty());
        co_await peer.stop();
    });
}

TEST_F(PathLinks, GiveBackEveryDescriptorWithConnectionsOpen) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const std::size_t before = open_descriptors();
        {
            const link_use use = use_with({});
            path_links links({use}, 1);
            links.place_before({{"http", peer.where()}, {"https", peer.where()}});
            tcp::socket client = co_await connect(before_http(links));
            co_await say(client, "ping");
            const heard answer = co_await listen_to(client, 4);
            EXPECT_EQ(answer.bytes, "ping");
            EXPECT_GT(open_descriptors(), before);
            links.stop();
            const heard nothing = co_await listen_to(client);
            EXPECT_TRUE(nothing.end == asio::error::eof ||
                        nothing.end == asio::error::connection_reset);
        }
        const auto are_back = [before] { return open_descriptors() <= before; };
        EXPECT_TRUE(co_await eventually(are_back));
        co_await peer.stop();
    });
}

}  // namespace
}  // namespace stormdrain
