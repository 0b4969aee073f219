#pragma once
// A link in front of a scripted peer, and plain clients of it: for tests.

#include "faults/link/fault_link.hpp"
#include "harness/base/deadline.hpp"
#include "harness/base/gate.hpp"
#include "harness/base/pause.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

class link_fixture : public io_fixture {
protected:
    using tcp = boost::asio::ip::tcp;

    // What a socket had to say until it ended, and how it ended.
    struct heard {
        std::string bytes;
        boost::system::error_code end;  // asio::error::eof, connection_reset, timed_out, ...
    };

    static time_point soon() { return clock::now() + std::chrono::seconds(10); }

    link_options to_peer(const scripted_peer& peer) const {
        link_options options;
        options.upstream = {peer.where().address, peer.where().port};
        options.randomness = 0x5eed;
        return options;
    }
    // Started, in front of the peer.
    std::unique_ptr<fault_link> link_to(const scripted_peer& peer) {
        auto made = std::make_unique<fault_link>(executor(), to_peer(peer));
        EXPECT_FALSE(made->start());
        return made;
    }
    tcp::endpoint where(const fault_link& link) const {
        return {boost::asio::ip::address_v4::loopback(), link.listens_on().port};
    }

    boost::asio::awaitable<tcp::socket> connect(tcp::endpoint to) {
        tcp::socket socket(executor());
        const auto done = co_await before(soon(), socket.async_connect(to, boost::asio::deferred));
        EXPECT_FALSE(done.error) << done.error.message();
        co_return socket;
    }
    boost::asio::awaitable<void> say(tcp::socket& socket, std::string text) {
        const auto done = co_await before(
            soon(),
            boost::asio::async_write(socket, boost::asio::buffer(text), boost::asio::deferred));
        EXPECT_FALSE(done.error) << done.error.message();
    }
    // Reads to the end, or so many bytes.
    boost::asio::awaitable<heard> listen_to(tcp::socket& socket, std::size_t bytes_max = SIZE_MAX,
                                            duration patience = std::chrono::seconds(10)) {
        heard all;
        const time_point end = clock::now() + patience;
        std::vector<char> buffer(64 * 1024);
        while (!all.end && all.bytes.size() < bytes_max) {
            const auto room = boost::asio::buffer(
                buffer.data(), std::min(buffer.size(), bytes_max - all.bytes.size()));
            const transfer got =
                co_await before(end, socket.async_read_some(room, boost::asio::deferred));
            all.bytes.append(buffer.data(), got.bytes);
            all.end = got.error;
        }
        co_return all;
    }
    // Whether one byte comes back on a connection of its own; wherever it is reset, it does not.
    boost::asio::awaitable<bool> is_echoed(tcp::endpoint to, std::string source = "127.0.0.1") {
        tcp::socket socket(executor(), tcp::endpoint(boost::asio::ip::make_address(source), 0));
        const auto done = co_await before(soon(), socket.async_connect(to, boost::asio::deferred));
        if (done.error) {
            EXPECT_EQ(done.error, boost::asio::error::connection_reset);
            co_return false;
        }
        char byte = 'x';
        const transfer said = co_await before(
            soon(),
            boost::asio::async_write(socket, boost::asio::buffer(&byte, 1), boost::asio::deferred));
        const transfer got = co_await before(
            soon(), socket.async_read_some(boost::asio::buffer(&byte, 1), boost::asio::deferred));
        // A write that met the RST has taken its error: the read then sees an end.
        const bool was_reset = said.error == boost::asio::error::connection_reset ||
                               said.error == boost::asio::error::broken_pipe ||
                               got.error == boost::asio::error::connection_reset;
        EXPECT_TRUE(was_reset || !got.error) << got.error.message();
        co_return !got.error;
    }
    // Until it holds, or ten seconds are over.
    boost::asio::awaitable<bool> eventually(std::function<bool()> holds) {
        const time_point end = soon();
        while (!holds() && clock::now() < end) {
            co_await pause(std::chrono::milliseconds(1));
        }
        co_return holds();
    }
    // No connection is open any more.
    boost::asio::awaitable<bool> is_empty(const fault_link& link) {
        const auto empty = [&link] { return link.open_count() == 0; };
        const bool became = co_await eventually(empty);
        co_return became;
    }
    // As many came through to the peer.
    boost::asio::awaitable<bool> has_accepted(const scripted_peer& peer, std::size_t count) {
        const auto accepted = [&peer, count] { return peer.accepted_count() == count; };
        const bool became = co_await eventually(accepted);
        co_return became;
    }
    // Something is under way to the client, and goes no further.
    boost::asio::awaitable<bool> has_stalled(const fault_link& link) {
        std::uint64_t before_look = 0;
        const auto stands = [&link, &before_look] {
            const std::uint64_t now = link.counters().downward.sent_bytes;
            return now > 0 && std::exchange(before_look, now) == now;
        };
        const bool became = co_await eventually(stands);
        co_return became;
    }
    // A listener whose accept queue is full: the kernel drops SYNs, and who dials it hangs.
    struct full_listener {
        explicit full_listener(const boost::asio::any_io_executor& executor)
            : acceptor(executor, tcp::v4()) {
            acceptor.bind({boost::asio::ip::address_v4::loopback(), 0});
            acceptor.listen(1);
        }
        std::uint16_t port() const { return acceptor.local_endpoint().port(); }
        tcp::acceptor acceptor;
        std::vector<tcp::socket> waiting;
    };
    boost::asio::awaitable<void> fill(full_listener& listener) {
        constexpr std::size_t waiting_max = 8;
        bool is_full = false;
        while (!is_full && listener.waiting.size() < waiting_max) {
            listener.waiting.emplace_back(executor());
            const auto tried =
                co_await before(clock::now() + std::chrono::milliseconds(100),
                                listener.waiting.back().async_connect(
                                    listener.acceptor.local_endpoint(), boost::asio::deferred));
            is_full = tried.error == boost::asio::error::timed_out;
        }
        EXPECT_TRUE(is_full);
    }
    boost::asio::awaitable<void> until_released() {
        EXPECT_EQ(co_await released_.wait(soon()), gate_result::opened);
    }
    static void reset(tcp::socket& socket) {
        socket.set_option(tcp::socket::linger(true, 0));
        socket.close();
    }

    // A peer's script: gives back what comes, until the client is gone.
    static boost::asio::awaitable<void> echo(tcp::socket socket) {
        std::vector<char> buffer(64 * 1024);
        boost::system::error_code error;
        while (!error) {
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
            const std::size_t count =
                co_await socket.async_read_some(boost::asio::buffer(buffer), std::move(token));
            if (count > 0) {
                auto sent = boost::asio::redirect_error(boost::asio::use_awaitable, error);
                co_await boost::asio::async_write(socket, boost::asio::buffer(buffer.data(), count),
                                                  std::move(sent));
            }
        }
    }

    gate released_{executor()};
};

// A byte at a place of a stream that repeats itself nowhere near.
inline std::string pattern_of(std::size_t bytes_count, std::uint64_t start = 1) {
    random_source random(start);
    std::string bytes(bytes_count, '\0');
    for (std::size_t at = 0; at < bytes_count; ++at) {
        bytes[at] = static_cast<char>(random.next());
    }
    return bytes;
}

}  // namespace stormdrain
