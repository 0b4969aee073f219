#pragma once
// The server's part of HTTP/1.1 for scripted peers, over a plain or a TLS stream: just enough to be
// a correct server for a strict client, and building blocks for one that is not.

#include "harness/base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

// "GET /bytes/10": request line and fields, and the body where Content-Length announces one.
struct scripted_request {
    std::string head;
    std::string body;

    std::string_view path() const {
        const std::size_t begin = head.find(' ') + 1;
        return std::string_view(head).substr(begin, head.find(' ', begin) - begin);
    }
    // The number behind the prefix of the path: 10 for "/bytes/10".
    std::size_t number_after(std::string_view prefix) const {
        return path().starts_with(prefix) ? std::stoul(std::string(path().substr(prefix.size())))
                                          : 0;
    }
};

inline std::string http_response(std::string_view body, std::string_view fields = "",
                                 std::string_view status = "200 OK") {
    return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// Empty when the client closed, half-closed or reset before its request was whole. `read` begins
// with what came behind the request before, and is left with what came behind this one.
template <class Stream>
boost::asio::awaitable<std::optional<scripted_request>> read_request(Stream& stream,
                                                                     std::string& read) {
    constexpr std::string_view length_field = "Content-Length: ";
    std::vector<char> buffer(16 * 1024);
    for (;;) {
        const std::size_t head_end = read.find("\r\n\r\n");
        if (head_end != std::string::npos) {
            const std::size_t head_bytes = head_end + 4;
            const bool rejected = read.starts_with("POST /reject ");
            const std::size_t field = read.find(length_field);
            const std::size_t body_bytes =
                field < head_bytes && !rejected
                    ? std::stoul(read.substr(field + length_field.size()))
                    : 0;
            if (read.size() >= head_bytes + body_bytes) {
                scripted_request request;
                request.head = read.substr(0, head_bytes);
                request.body = read.substr(head_bytes, body_bytes);
                read.erase(0, head_bytes + body_bytes);
                co_return request;
            }
        }
        boost::system::error_code error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        const std::size_t count =
            co_await stream.async_read_some(boost::asio::buffer(buffer), std::move(token));
        if (error) {
            co_return std::nullopt;
        }
        read.append(buffer.data(), count);
    }
}

// The same of a client that waits for its answer before it asks again.
template <class Stream>
boost::asio::awaitable<std::optional<scripted_request>> read_request(Stream& stream) {
    std::string read;
    std::optional<scripted_request> request = co_await read_request(stream, read);
    co_return request;
}

// False when the client did not take it.
template <class Stream>
boost::asio::awaitable<bool> send_text(Stream& stream, std::string text) {
    boost::system::error_code error;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
    co_await boost::asio::async_write(stream, boost::asio::buffer(text), std::move(token));
    co_return !error;
}

// Gives back what comes, until the client is gone.
template <class Stream>
boost::asio::awaitable<void> echo_bytes(Stream& stream, std::string first) {
    std::vector<char> buffer(4096);
    boost::system::error_code error;
    bool taken = co_await send_text(stream, std::move(first));
    while (taken && !error) {
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        const std::size_t count =
            co_await stream.async_read_some(boost::asio::buffer(buffer), std::move(token));
        std::string heard(buffer.data(), count);
        taken = co_await send_text(stream, std::move(heard));
    }
}

// A refusal that does not wait for the body, and then whatever the client still sends: to close
// over it would reset the connection (RFC 9112 section 9.6).
template <class Stream>
boost::asio::awaitable<void> reject_unread(Stream& stream) {
    const std::string page(32 * 1024, 'x');
    std::string answer = http_response(page, "Connection: close\r\n", "413 Content Too Large");
    co_await send_text(stream, std::move(answer));
    std::vector<char> dropped(16 * 1024);
    boost::system::error_code error;
    while (!error) {
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        co_await stream.async_read_some(boost::asio::buffer(dropped), std::move(token));
    }
}

// Answers until the client is gone: "/bytes/N" by N bytes, "/delay/MS" after a while, a request
// with a body by that body. "/reject" is refused before its body is there, "/tunnel" granted.
template <class Stream>
boost::asio::awaitable<void> serve_correctly(Stream& stream) {
    std::string read;
    for (;;) {
        const std::optional<scripted_request> request = co_await read_request(stream, read);
        if (!request) {
            co_return;
        }
        if (request->path() == "/reject") {
            co_await reject_unread(stream);
            co_return;
        }
        if (request->path() == "/tunnel") {
            co_await echo_bytes(stream,
                                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                                "Upgrade: echo\r\n\r\n");
            co_return;
        }
        const std::chrono::milliseconds delay(request->number_after("/delay/"));
        if (delay.count() != 0) {
            boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, delay);
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
        std::string body = request->body;
        body.append(request->number_after("/bytes/"), 'x');
        const bool is_last = request->head.find("Connection: close") != std::string::npos ||
                             request->head.find(" HTTP/1.0\r\n") != std::string::npos;
        std::string answer = http_response(body, is_last ? "Connection: close\r\n" : "");
        if (!co_await send_text(stream, std::move(answer)) || is_last) {
            co_return;
        }
    }
}

// Answers at once, but stands still for so long before its 21st answer on a connection.
inline boost::asio::awaitable<void> serve_with_a_pause(boost::asio::ip::tcp::socket socket,
                                                       duration paused) {
    for (int number = 0;; ++number) {
        const bool asked = (co_await read_request(socket)).has_value();
        if (!asked) {
            co_return;
        }
        if (number == 20) {
            boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, paused);
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
        co_await send_text(socket, http_response("whole"));
    }
}

}  // namespace stormdrain
