// What was seen to go wrong in the path of other fault proxies: each is proved by what the socket
// calls of both sides return, and where the toxic has an off position, in that as well.

#include "faults/link/link_fixture.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>

#include <array>
#include <fstream>
#include <sstream>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::IsEmpty;

using Regression = link_fixture;

// "OutRsts" of /proc/net/snmp: RST segments that this network namespace has sent.
std::uint64_t resets_sent() {
    std::ifstream file("/proc/net/snmp");
    std::string names;
    std::string values;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("Tcp:")) {
            (names.empty() ? names : values) = line;
        }
    }
    std::istringstream name(names);
    std::istringstream value(values);
    std::string each;
    std::string count;
    while (name >> each && value >> count && each != "OutRsts") {
    }
    return each == "OutRsts" ? std::stoull(count) : 0;
}

// Lowers RLIMIT_NOFILE of this process for a while.
class few_descriptors {
public:
    explicit few_descriptors(rlim_t limit) {
        EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
        const rlimit lowered{limit, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &lowered), 0);
    }
    few_descriptors(const few_descriptors&) = delete;
    few_descriptors& operator=(const few_descriptors&) = delete;
    ~few_descriptors() { restore(); }
    void restore() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

private:
    rlimit before_{};
};

TEST_F(Regression, ReplyToAClientThatHasHalfClosedArrives) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            const heard request = co_await listen_to(socket);
            EXPECT_EQ(request.end, asio::error::eof);
            co_await say(socket, "reply to " + request.bytes);
        });
        const auto link = link_to(peer);
        for (const bool delayed : {false, true}) {
            if (delayed) {
                link->add(read_toxic("latency:latency=20ms"));
                link->add(read_toxic("latency:latency=20ms,stream=upstream"));
            }
            tcp::socket client = co_await connect(where(*link));
            co_await say(client, "request");
            client.shutdown(tcp::socket::shutdown_send);
            const heard answer = co_await listen_to(client);
            EXPECT_EQ(answer.bytes, "reply to request");
            EXPECT_EQ(answer.end, asio::error::eof);
        }
        co_await peer.stop();
    });
}

// Both sides, on a connection that is in use and on one where nobody says anything.
TEST_F(Regression, ResetPeerResetsLiveAndIdleConnectionsAtOnce) {
    constexpr auto at_once = std::chrono::seconds(1);
    run([&]() -> asio::awaitable<void> {
        std::vector<boost::system::error_code> ends;
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            const heard all = co_await listen_to(socket);
            ends.push_back(all.end);
        });
        const auto link = link_to(peer);
        tcp::socket live = co_await connect(where(*link));
        tcp::socket idle = co_await connect(where(*link));
        co_await say(live, "in use");
        const auto both_are_up = [&] {
            return peer.accepted_count() == 2 && link->counters().upward.sent_bytes == 6;
        };
        EXPECT_TRUE(co_await eventually(both_are_up));
        // The other side of the proof: without the toxic nothing of the kind happens.
        const heard quiet = co_await listen_to(idle, 1, std::chrono::milliseconds(50));
        EXPECT_EQ(quiet.end, asio::error::timed_out);
        const std::uint64_t before_toxic = resets_sent();
        const link_toxic& toxic = link->add(read_toxic("reset_peer"));
        const heard of_live = co_await listen_to(live, 1, at_once);
        const heard of_idle = co_await listen_to(idle, 1, at_once);
        EXPECT_EQ(of_live.end, asio::error::connection_reset);
        EXPECT_EQ(of_idle.end, asio::error::connection_reset);
        co_await peer.stop();
        EXPECT_THAT(ends, testing::ElementsAre(asio::error::connection_reset,
                                               asio::error::connection_reset));
        EXPECT_GE(resets_sent() - before_toxic, 4U) << "two of each connection";
        EXPECT_EQ(toxic.deliveries.connections_count, 2U);
        EXPECT_EQ(link->counters().resets_count, 2U);
    });
}

TEST_F(Regression, ResetPeerDoesNotWaitForAReaderWhoStalls) {
    run([&]() -> asio::awaitable<void> {
        const std::string flood(32 * 1024 * 1024, 'x');
        boost::system::error_code end;
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            const transfer sent = co_await before(
                soon(), asio::async_write(socket, asio::buffer(flood), asio::deferred));
            end = sent.error;
        });
        const auto link = link_to(peer);
        tcp::socket client = co_await connect(where(*link));
        EXPECT_TRUE(co_await has_stalled(*link)) << "it never stalled";
        link->add(read_toxic("reset_peer"));
        co_await peer.stop();
        EXPECT_EQ(end, asio::error::connection_reset);
        EXPECT_EQ(link->open_count(), 0U);
    });
}

TEST_F(Regression, ToxicityZeroChangesNothing) {
    constexpr int connections_count = 200;
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            co_await say(socket, "whole");
        });
        const auto link = link_to(peer);
        std::vector<const link_toxic*> toxics;
        for (const toxic_kind* const kind : toxic_catalogue()) {
            toxic_spec spec;
            spec.kind = kind;
            spec.name = kind->name;
            spec.toxicity = 0;
            spec.values = preset_values(*kind);
            toxics.push_back(&link->add(std::move(spec)));
        }
        for (int index = 0; index < connections_count; ++index) {
            tcp::socket client = co_await connect(where(*link));
            const heard all = co_await listen_to(client);
            EXPECT_EQ(all.bytes, "whole");
            EXPECT_EQ(all.end, asio::error::eof);
        }
        EXPECT_EQ(link->counters().resets_count, 0U);
        for (const link_toxic* const toxic : toxics) {
            EXPECT_EQ(toxic->deliveries, toxic_deliveries{}) << toxic->spec.name;
        }
        // And with one that is on, everybody is struck.
        link->remove_all();
        link->add(read_toxic("down:toxicity=1"));
        EXPECT_FALSE(co_await is_echoed(where(*link)));
        co_await peer.stop();
    });
}

// The upstream is one that only the kernel accepts for: our own accept(2) would fail, too.
TEST_F(Regression, ListenerServesAgainAfterItRanOutOfDescriptors) {
    constexpr std::size_t clients_count = 12;
    constexpr std::size_t room = 8;  // for at most four connections
    run([&]() -> asio::awaitable<void> {
        const tcp::acceptor upstream(executor(), {asio::ip::address_v4::loopback(), 0});
        link_options options;
        options.upstream = {"127.0.0.1", upstream.local_endpoint().port()};
        fault_link link(executor(), options);
        EXPECT_FALSE(link.start());
        std::vector<tcp::socket> clients;
        for (std::size_t index = 0; index < clients_count; ++index) {
            clients.emplace_back(executor(), tcp::v4());
        }
        tcp::socket late(executor(), tcp::v4());
        const few_descriptors shortage(open_descriptors().size() + room);
        for (tcp::socket& client : clients) {
            client.connect(where(link));  // the kernel accepts for a listener that cannot
        }
        const auto has_paused = [&] { return link.counters().accept_pauses_count >= 3; };
        EXPECT_TRUE(co_await eventually(has_paused));
        EXPECT_GT(link.counters().accepted_count, 0U);
        EXPECT_LE(link.counters().accepted_count, room / 2);
        EXPECT_EQ(link.counters().dial_failures_count, 0U) << "it accepted whom it cannot serve";
        for (tcp::socket& client : clients) {
            reset(client);
        }
        const auto all_came_and_went = [&] {
            return link.counters().accepted_count == clients_count && link.open_count() == 0;
        };
        EXPECT_TRUE(co_await eventually(all_came_and_went))
            << "who waited in the queue was not accepted when there was room";
        late.connect(where(link));
        co_await say(late, "x");
        const auto is_served = [&] { return link.counters().upward.sent_bytes == 1; };
        EXPECT_TRUE(co_await eventually(is_served));
        link.stop();
    });
}

TEST_F(Regression, ADialThatHangsKeepsNobodyElseWaiting) {
    run([&]() -> asio::awaitable<void> {
        full_listener full(executor());
        co_await fill(full);
        scripted_peer peer(executor(), echo);
        link_options options = to_peer(peer);
        options.upstream.port = full.port();
        options.dial_limit = std::chrono::milliseconds(400);
        fault_link link(executor(), options);
        EXPECT_FALSE(link.start());
        const auto healthy = link_to(peer);
        tcp::socket first = co_await connect(where(link));
        tcp::socket second = co_await connect(where(link));
        const auto second_came = [&] { return link.counters().accepted_count == 2; };
        EXPECT_TRUE(co_await eventually(second_came))
            << "the second waited for the first one's dial";
        EXPECT_TRUE(co_await is_echoed(where(*healthy)));
        link.add(read_toxic("latency:latency=1ms"));
        EXPECT_TRUE(link.remove("latency_downstream"));
        // Each ends by its own deadline.
        const heard of_first = co_await listen_to(first);
        const heard of_second = co_await listen_to(second);
        EXPECT_EQ(of_first.end, asio::error::connection_reset);
        EXPECT_EQ(of_second.end, asio::error::connection_reset);
        EXPECT_EQ(link.counters().dial_failures_count, 2U);
        co_await peer.stop();
    });
}

TEST_F(Regression, AReaderWhoStallsKeepsNeitherOthersNorTheToxicsWaiting) {
    const std::string flood(32 * 1024 * 1024, 'x');
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            char first = 0;
            const transfer asked = co_await before(
                soon(), socket.async_read_some(asio::buffer(&first, 1), asio::deferred));
            if (!asked.error && first == 'f') {
                co_await before(soon(),
                                asio::async_write(socket, asio::buffer(flood), asio::deferred));
            } else if (!asked.error) {
                co_await say(socket, "x");
            }
        });
        const auto link = link_to(peer);
        link->add(read_toxic("latency:latency=5ms"));
        tcp::socket stalled = co_await connect(where(*link));
        co_await say(stalled, "f");
        EXPECT_TRUE(co_await has_stalled(*link));
        EXPECT_TRUE(co_await is_echoed(where(*link)));
        EXPECT_TRUE(link->remove("latency_downstream"));
        EXPECT_TRUE(co_await is_echoed(where(*link)));
        const heard all = co_await listen_to(stalled);  // and it lost nothing
        EXPECT_EQ(all.bytes.size(), flood.size());
        EXPECT_EQ(all.end, asio::error::eof);
        co_await peer.stop();
    });
}

TEST_F(Regression, StopsWithConnectionsOpenAndLeavesNoDescriptor) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const std::size_t before_link = open_descriptors().size();
        std::vector<tcp::socket> clients;
        {
            const auto link = link_to(peer);
            link->add(read_toxic("latency:latency=1h"));
            for (int index = 0; index < 20; ++index) {
                clients.push_back(co_await connect(where(*link)));
                co_await say(clients.back(), "x");
            }
            const auto all_are_open = [&] { return link->open_count() == 20; };
            EXPECT_TRUE(co_await eventually(all_are_open));
        }
        clients.clear();
        co_await peer.stop();
        EXPECT_LE(open_descriptors().size(), before_link);
    });
}

TEST_F(Regression, DescriptorsAreBackAfterTenThousandConnections) {
    constexpr int connections_count = 10'000;
    run(
        [&]() -> asio::awaitable<void> {
            scripted_peer peer(executor(), [](tcp::socket socket) -> asio::awaitable<void> {
                reset(socket);  // no TIME_WAIT: this is about descriptors, not ports
                co_return;
            });
            const auto link = link_to(peer);
            tcp::socket first = co_await connect(where(*link));
            co_await listen_to(first);
            first.close();
            EXPECT_TRUE(co_await is_empty(*link));
            const std::size_t before_storm = open_descriptors().size();
            for (int index = 0; index < connections_count; ++index) {
                tcp::socket client(executor());
                co_await before(soon(), client.async_connect(where(*link), asio::deferred));
                co_await listen_to(client, 1);
            }
            EXPECT_TRUE(co_await is_empty(*link));
            EXPECT_EQ(link->counters().accepted_count, connections_count + 1U);
            EXPECT_LE(open_descriptors().size(), before_storm);
            co_await peer.stop();
        },
        std::chrono::seconds(50));
}

}  // namespace
}  // namespace stormdrain
