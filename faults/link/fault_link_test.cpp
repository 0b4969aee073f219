#include "faults/link/fault_link.hpp"

#include "faults/link/link_fixture.hpp"

#include <gmock/gmock.h>

#include <ctime>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::IsEmpty;

using FaultLink = link_fixture;

TEST_F(FaultLink, PassesBytesBothWaysUnchanged) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const auto link = link_to(peer);
        tcp::socket client = co_await connect(where(*link));
        co_await say(client, "ping");
        const heard answer = co_await listen_to(client, 4);
        EXPECT_EQ(answer.bytes, "ping");
        EXPECT_EQ(link->counters().accepted_count, 1U);
        EXPECT_EQ(link->counters().upward.sent_bytes, 4U);
        EXPECT_EQ(link->counters().downward.sent_bytes, 4U);
        client.close();
        EXPECT_TRUE(co_await is_empty(*link));
        co_await peer.stop();
    });
}

// More than every buffer holds, to a reader that begins late: back-pressure, partial writes, and
// the change from copying to splicing.
TEST_F(FaultLink, LosesNothingOfAStreamThatOutgrowsAllBuffers) {
    constexpr std::size_t bytes_count = 24 * 1024 * 1024;
    const std::string sent = pattern_of(bytes_count);
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            co_await say(socket, sent);
        });
        const auto link = link_to(peer);
        tcp::socket client = co_await connect(where(*link));
        co_await pause(std::chrono::milliseconds(50));
        const heard all = co_await listen_to(client);
        EXPECT_EQ(all.end, asio::error::eof);
        EXPECT_TRUE(all.bytes == sent) << all.bytes.size() << " bytes";
        EXPECT_GT(link->counters().downward.spliced_bytes, bytes_count / 2);
        EXPECT_EQ(link->counters().downward.sent_bytes, bytes_count);
        client.close();
        co_await peer.stop();
    });
}

TEST_F(FaultLink, PassesTheFinOfEitherSideOnAndLeavesTheOtherDirectionOpen) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            socket.shutdown(tcp::socket::shutdown_send);
            const heard all = co_await listen_to(socket);
            EXPECT_EQ(all.end, asio::error::eof);
            EXPECT_EQ(all.bytes, "said after the upstream's FIN");
        });
        const auto link = link_to(peer);
        tcp::socket client = co_await connect(where(*link));
        const heard nothing = co_await listen_to(client);
        EXPECT_EQ(nothing.end, asio::error::eof);
        EXPECT_THAT(nothing.bytes, IsEmpty());
        co_await say(client, "said after the upstream's FIN");
        client.close();
        co_await peer.stop();
        EXPECT_TRUE(co_await is_empty(*link));
        EXPECT_EQ(link->counters().resets_count, 0U);
    });
}

TEST_F(FaultLink, PassesTheRstOfTheUpstreamOnBehindItsBytes) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            co_await say(socket, "last words");
            reset(socket);
        });
        const auto link = link_to(peer);
        tcp::socket client = co_await connect(where(*link));
        const heard all = co_await listen_to(client);
        EXPECT_EQ(all.end, asio::error::connection_reset);
        EXPECT_EQ(all.bytes, "last words");
        EXPECT_EQ(link->counters().resets_count, 1U);
        co_await peer.stop();
    });
}

TEST_F(FaultLink, PassesTheRstOfTheClientOn) {
    run([&]() -> asio::awaitable<void> {
        boost::system::error_code end;
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            const heard all = co_await listen_to(socket);
            end = all.end;
        });
        const auto link = link_to(peer);
        tcp::socket client = co_await connect(where(*link));
        EXPECT_TRUE(co_await has_accepted(peer, 1));
        reset(client);
        co_await peer.stop();
        EXPECT_EQ(end, asio::error::connection_reset);
    });
}

// The link reads nothing of a side whose bytes nobody takes, and hears its RST nevertheless.
TEST_F(FaultLink, PassesRstOnAlthoughTheOtherSideReadsNothing) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(
            executor(), [&](tcp::socket) -> asio::awaitable<void> { co_await until_released(); });
        const auto link = link_to(peer);
        tcp::socket client = co_await connect(where(*link));
        const std::string flood(64 * 1024 * 1024, 'x');
        const transfer sent =
            co_await before(clock::now() + std::chrono::milliseconds(300),
                            asio::async_write(client, asio::buffer(flood), asio::deferred));
        EXPECT_EQ(sent.error, asio::error::timed_out) << "the buffers took everything";
        reset(client);
        EXPECT_TRUE(co_await is_empty(*link));
        EXPECT_EQ(link->counters().resets_count, 1U);
        released_.open();
        co_await peer.stop();
    });
}

TEST_F(FaultLink, ResetsWhoeverItCannotDialFor) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        link_options options = to_peer(peer);
        co_await peer.stop();  // nobody listens there any more
        fault_link link(executor(), options);
        EXPECT_FALSE(link.start());
        tcp::socket client = co_await connect(where(link));
        const heard all = co_await listen_to(client);
        EXPECT_EQ(all.end, asio::error::connection_reset);
        EXPECT_EQ(link.counters().dial_failures_count, 1U);
    });
}

TEST_F(FaultLink, DialsAnUpstreamThatHasAName) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        link_options options = to_peer(peer);
        options.upstream.host = "localhost";
        fault_link link(executor(), options);
        EXPECT_FALSE(link.start());
        tcp::socket client = co_await connect(where(link));
        co_await say(client, "ping");
        const heard answer = co_await listen_to(client, 4);
        EXPECT_EQ(answer.bytes, "ping");
        client.close();
        co_await peer.stop();
    });
}

TEST_F(FaultLink, StoppedRefusesAndListensAgainOnTheSamePort) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const auto link = link_to(peer);
        const tcp::endpoint first = where(*link);
        tcp::socket client = co_await connect(first);
        EXPECT_TRUE(co_await has_accepted(peer, 1));
        link->stop();
        EXPECT_FALSE(link->is_enabled());
        EXPECT_EQ(link->open_count(), 0U);
        const heard all = co_await listen_to(client);
        EXPECT_EQ(all.end, asio::error::eof);
        tcp::socket refused(executor());
        const auto tried = co_await before(soon(), refused.async_connect(first, asio::deferred));
        EXPECT_EQ(tried.error, asio::error::connection_refused);
        EXPECT_FALSE(link->start());
        EXPECT_EQ(where(*link), first);
        tcp::socket again = co_await connect(first);
        co_await say(again, "ping");
        const heard answer = co_await listen_to(again, 4);
        EXPECT_EQ(answer.bytes, "ping");
        again.close();
        client.close();
        co_await peer.stop();
    });
}

TEST_F(FaultLink, SaysThatItsPortIsTaken) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        link_options options = to_peer(peer);
        options.listen = options.upstream;
        fault_link link(executor(), options);
        EXPECT_EQ(link.start(), asio::error::address_in_use);
        EXPECT_FALSE(link.is_enabled());
        co_await peer.stop();
    });
}

// A latency that is put on, changed and taken off while bytes are under way: none is lost, none
// overtakes another.
TEST_F(FaultLink, KeepsTheStreamWholeWhileToxicsComeAndGo) {
    constexpr std::size_t bytes_count = 8 * 1024 * 1024;
    const std::string sent = pattern_of(bytes_count, 2);
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            co_await say(socket, sent);
        });
        const auto link = link_to(peer);
        tcp::socket client = co_await connect(where(*link));
        heard all;
        for (int round = 0; all.bytes.size() < bytes_count && !all.end; ++round) {
            if (round % 4 == 0) {
                link->add(read_toxic("latency:latency=3ms,jitter=2ms"));
                link->add(read_toxic("slicer:average_size=700B,size_variation=300B"));
            } else if (round % 4 == 2) {
                EXPECT_TRUE(link->remove("latency_downstream"));
                EXPECT_TRUE(link->remove("slicer_downstream"));
            }
            const std::size_t wish = std::min<std::size_t>(bytes_count - all.bytes.size(), 300'000);
            heard part = co_await listen_to(client, wish);
            all.bytes += part.bytes;
            all.end = part.end;
        }
        EXPECT_TRUE(all.bytes == sent) << all.bytes.size() << " bytes";
        const heard rest = co_await listen_to(client);
        EXPECT_EQ(rest.end, asio::error::eof);
        client.close();
        co_await peer.stop();
    });
}

TEST_F(FaultLink, ReadsNoMoreThanItMayHold) {
    constexpr std::uint64_t held_bytes_max = 4 * 1024 * 1024;
    const std::string flood(48 * 1024 * 1024, 'x');
    run([&]() -> asio::awaitable<void> {
        boost::system::error_code end;
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            const transfer sent = co_await before(
                soon(), asio::async_write(socket, asio::buffer(flood), asio::deferred));
            end = sent.error;
        });
        const auto link = link_to(peer);
        link->add(read_toxic("blackhole"));
        tcp::socket client = co_await connect(where(*link));
        const std::uint64_t& received = link->counters().downward.received_bytes;
        const auto is_full = [&] { return received > held_bytes_max / 10 * 9; };
        EXPECT_TRUE(co_await eventually(is_full));
        const heard nothing = co_await listen_to(client, 1, std::chrono::milliseconds(100));
        EXPECT_EQ(nothing.end, asio::error::timed_out);
        EXPECT_LE(received, held_bytes_max + 64 * 1024);
        EXPECT_TRUE(link->remove("blackhole_downstream"));
        const heard all = co_await listen_to(client);
        EXPECT_EQ(all.bytes.size(), flood.size());
        EXPECT_EQ(all.end, asio::error::eof);
        co_await peer.stop();
        EXPECT_FALSE(end);
    });
}

// close(2) over unread bytes would be RST: the link reads on until both sides have closed.
TEST_F(FaultLink, ClosesByFinAlthoughMoreIsSent) {
    run([&]() -> asio::awaitable<void> {
        heard of_peer;
        const std::string page(1024 * 1024, 'x');
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            co_await say(socket, page);
            of_peer = co_await listen_to(socket);
        });
        const auto link = link_to(peer);
        link->add(read_toxic("limit_data:bytes=5B"));
        tcp::socket client = co_await connect(where(*link));
        const heard all = co_await listen_to(client);
        EXPECT_EQ(all.bytes, "xxxxx");
        EXPECT_EQ(all.end, asio::error::eof);
        client.close();
        co_await peer.stop();
        EXPECT_EQ(of_peer.end, asio::error::eof);
        EXPECT_TRUE(co_await is_empty(*link));
        EXPECT_EQ(link->counters().resets_count, 0U);
    });
}

// The RST of a side that is silenced waits in the toxic; so must not the processor.
TEST_F(FaultLink, RestsWhileABlackholeHoldsAnRst) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const auto link = link_to(peer);
        link->add(read_toxic("blackhole:stream=upstream"));
        link->add(read_toxic("latency:latency=5ms"));
        tcp::socket client = co_await connect(where(*link));
        EXPECT_TRUE(co_await has_accepted(peer, 1));
        reset(client);
        const auto struck = [&] { return link->toxics().front()->deliveries.strikes_count == 1; };
        EXPECT_TRUE(co_await eventually(struck));
        const clock_t before_rest = std::clock();
        co_await pause(std::chrono::milliseconds(200));
        EXPECT_LT(std::clock() - before_rest, CLOCKS_PER_SEC / 10);
        EXPECT_EQ(link->open_count(), 1U);
        EXPECT_TRUE(link->remove("blackhole_upstream"));
        EXPECT_TRUE(co_await is_empty(*link));
        co_await peer.stop();
    });
}

TEST_F(FaultLink, StrikesOnlyTheSourcesThatAToxicNames) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        const auto link = link_to(peer);
        link->add(read_toxic("down:source=127.0.0.2"));
        EXPECT_TRUE(co_await is_echoed(where(*link), "127.0.0.1"));
        EXPECT_FALSE(co_await is_echoed(where(*link), "127.0.0.2"));
        EXPECT_EQ(link->toxics().front()->deliveries.connections_count, 1U);
        co_await peer.stop();
    });
}

TEST_F(FaultLink, ChoosesConnectionsByTheSeedAndNothingElse) {
    constexpr int connections_count = 60;
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        std::vector<std::string> patterns;
        for (const std::uint64_t start : {1U, 1U, 2U}) {
            link_options options = to_peer(peer);
            options.randomness = start;
            fault_link link(executor(), options);
            EXPECT_FALSE(link.start());
            link.add(read_toxic("down:toxicity=0.5"));
            std::string pattern;
            for (int index = 0; index < connections_count; ++index) {
                const bool answered = co_await is_echoed(where(link));
                pattern += answered ? '.' : 'R';
            }
            const auto struck = static_cast<std::uint64_t>(std::ranges::count(pattern, 'R'));
            EXPECT_EQ(link.toxics().front()->deliveries.connections_count, struck);
            EXPECT_GT(struck, 15U);
            EXPECT_LT(struck, 45U);
            patterns.push_back(pattern);
        }
        EXPECT_EQ(patterns[0], patterns[1]);
        EXPECT_NE(patterns[0], patterns[2]);
        co_await peer.stop();
    });
}

}  // namespace
}  // namespace stormdrain
