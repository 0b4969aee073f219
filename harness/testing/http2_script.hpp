#pragma once
// The parts of a scripted HTTP/2 server, for tests of clients: frames in and out, byte by byte.

#include "harness/net/http2/frames.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace stormdrain {

template <class Stream>
class basic_http2_script {
public:
    explicit basic_http2_script(Stream& socket) : socket_(socket) {}
    basic_http2_script(const basic_http2_script&) = delete;
    basic_http2_script& operator=(const basic_http2_script&) = delete;

    // The client's SETTINGS, behind its preface. Throws on EOF or RST, as all do.
    boost::asio::awaitable<http2_frame> take_preface() {
        while (received_.size() < http2_client_preface.size()) {
            co_await read_more();
        }
        received_.erase(0, http2_client_preface.size());
        const http2_frame theirs = co_await next();
        co_return theirs;
    }

    // Takes them, and says ours.
    boost::asio::awaitable<void> greet() {
        const http2_frame theirs = co_await take_preface();
        const http2_frame ours = settings_frame();
        co_await say(ours);
        const http2_frame taken = acknowledgement_of(theirs);
        co_await say(taken);
    }

    boost::asio::awaitable<http2_frame> next() {
        std::optional<http2_frame> frame = take_frame(received_);
        while (!frame) {
            co_await read_more();
            frame = take_frame(received_);
        }
        co_return *frame;
    }

    // The stream of the next request; PINGs meanwhile are answered.
    boost::asio::awaitable<std::uint32_t> next_request() {
        http2_frame frame = co_await next();
        while (frame.type != http2_frame_type::headers) {
            if (frame.type == http2_frame_type::ping && frame.flags == 0) {
                const http2_frame taken = acknowledgement_of(frame);
                co_await say(taken);
            }
            frame = co_await next();
        }
        co_return frame.stream;
    }

    boost::asio::awaitable<void> say(http2_frame frame) {
        const std::string bytes = to_bytes(frame);
        co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes),
                                          boost::asio::use_awaitable);
    }

    // ":status: 200", and no body: the eighth of HPACK's static table (RFC 7541 A).
    boost::asio::awaitable<void> answer(std::uint32_t stream) {
        http2_frame frame;
        frame.type = http2_frame_type::headers;
        frame.flags = http2_flag::end_headers | http2_flag::end_stream;
        frame.stream = stream;
        frame.payload = "\x88";
        co_await say(frame);
    }

    // Ends our side, and takes what the client still says: over an unread byte the close would be a
    // reset, which may take away what the client has not read yet.
    boost::asio::awaitable<void> hang_up() {
        socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send);
        for (;;) {
            co_await read_more();
        }
    }

private:
    boost::asio::awaitable<void> read_more() {
        std::array<char, 4096> buffer{};
        const std::size_t count = co_await socket_.async_read_some(boost::asio::buffer(buffer),
                                                                   boost::asio::use_awaitable);
        received_.append(buffer.data(), count);
    }

    Stream& socket_;
    std::string received_;
};

using http2_script = basic_http2_script<boost::asio::ip::tcp::socket>;

}  // namespace stormdrain
