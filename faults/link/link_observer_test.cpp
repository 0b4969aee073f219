// What a link tells of each of its connections.

#include "faults/link/link_observer.hpp"

#include "faults/link/link_fixture.hpp"

#include <gmock/gmock.h>

#include <utility>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::IsEmpty;

using LinkObserver = link_fixture;

class told final : public link_observer {
public:
    void dial_begins() override { ++begun_count; }
    void dial_began(const link_passage* made) override {
        if (made != nullptr) {
            passages.push_back(*made);
        }
    }
    void dial_failed(const endpoint& client, const endpoint& /*link*/,
                     const boost::system::error_code& why) override {
        failed.emplace_back(client, why);
    }
    void was_struck(const endpoint& client, const endpoint& /*link*/, const link_toxic& by,
                    time_point /*accepted*/) override {
        struck.emplace_back(client, by.spec.name);
    }

    int begun_count = 0;
    std::vector<link_passage> passages;
    std::vector<std::pair<endpoint, boost::system::error_code>> failed;
    std::vector<std::pair<endpoint, std::string>> struck;
};

TEST_F(LinkObserver, HearsWhichOfItsConnectionsGoesOnForWhichClient) {
    run([&]() -> asio::awaitable<void> {
        tcp::endpoint seen;
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            seen = socket.remote_endpoint();
            co_await echo(std::move(socket));
        });
        told observer;
        link_options options = to_peer(peer);
        options.observer = &observer;
        fault_link link(executor(), options);
        EXPECT_FALSE(link.start());
        tcp::socket client = co_await connect(where(link));
        co_await say(client, "x");
        const heard answer = co_await listen_to(client, 1);
        EXPECT_EQ(answer.bytes, "x");
        EXPECT_EQ(observer.begun_count, 1);
        EXPECT_EQ(observer.passages.size(), 1U);
        const link_passage made = observer.passages.at(0);
        EXPECT_EQ(made.client.port, client.local_endpoint().port());
        EXPECT_EQ(made.link.port, where(link).port());
        EXPECT_EQ(made.outgoing.port, seen.port());
        EXPECT_EQ(made.upstream, peer.where());
        client.close();
        co_await peer.stop();
    });
}

TEST_F(LinkObserver, HearsWhomTheUpstreamRefused) {
    run([&]() -> asio::awaitable<void> {
        told observer;
        link_options options;
        {
            tcp::acceptor gone(executor(), {asio::ip::address_v4::loopback(), 0});
            options.upstream = {"127.0.0.1", gone.local_endpoint().port()};
        }
        options.observer = &observer;
        fault_link link(executor(), options);
        EXPECT_FALSE(link.start());
        tcp::socket client = co_await connect(where(link));
        const std::uint16_t port = client.local_endpoint().port();
        const heard nothing = co_await listen_to(client);
        EXPECT_EQ(nothing.end, asio::error::connection_reset);
        EXPECT_EQ(observer.failed.size(), 1U);
        EXPECT_EQ(observer.failed.at(0).first.port, port);
        EXPECT_EQ(observer.failed.at(0).second, asio::error::connection_refused);
    });
}

TEST_F(LinkObserver, HearsOnceOfAConnectionThatAToxicCutAndNotOfOneThatItDelayed) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        told observer;
        link_options options = to_peer(peer);
        options.observer = &observer;
        fault_link link(executor(), options);
        EXPECT_FALSE(link.start());
        link.add(read_toxic("latency:latency=1ms"));
        const bool echoed = co_await is_echoed(where(link));
        EXPECT_TRUE(echoed);
        EXPECT_TRUE(co_await is_empty(link));
        EXPECT_THAT(observer.struck, IsEmpty());
        link.add(read_toxic("timeout:timeout=0ms"));
        tcp::socket client = co_await connect(where(link));
        co_await say(client, "dropped on the way back");
        const auto has_struck = [&link] {
            return link.toxics().back()->deliveries.strikes_count > 0;
        };
        EXPECT_TRUE(co_await eventually(has_struck));
        link.tell_of_open();
        link.stop();
        EXPECT_EQ(observer.struck.size(), 1U);
        EXPECT_EQ(observer.struck.at(0).first.port, client.local_endpoint().port());
        EXPECT_EQ(observer.struck.at(0).second, "timeout_downstream");
        co_await peer.stop();
    });
}

TEST_F(LinkObserver, SeesTheClientsAddressKeptWhereThatIsAskedFor) {
    run([&]() -> asio::awaitable<void> {
        std::string seen;
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            seen = socket.remote_endpoint().address().to_string();
            co_await echo(std::move(socket));
        });
        link_options options = to_peer(peer);
        options.dials_from = link_options::source::of_client;
        fault_link link(executor(), options);
        EXPECT_FALSE(link.start());
        EXPECT_TRUE(co_await is_echoed(where(link), "127.0.0.9"));
        EXPECT_EQ(seen, "127.0.0.9");
        co_await peer.stop();
    });
}

TEST_F(LinkObserver, MayHaveCountsForgottenButNotToxics) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const auto link = link_to(peer);
        link->add(read_toxic("latency:latency=1ms"));
        EXPECT_TRUE(co_await is_echoed(where(*link)));
        link->forget_counts();
        EXPECT_EQ(link->counters().accepted_count, 0U);
        EXPECT_EQ(link->toxics().front()->deliveries, toxic_deliveries());
        EXPECT_TRUE(co_await is_echoed(where(*link)));
        EXPECT_EQ(link->toxics().front()->deliveries.connections_count, 1U);
        co_await peer.stop();
    });
}

}  // namespace
}  // namespace stormdrain
