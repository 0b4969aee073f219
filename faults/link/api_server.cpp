#include "faults/link/api_server.hpp"

#include "faults/link/link_socket.hpp"
#include "harness/base/deadline.hpp"
#include "harness/base/pause.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <sys/socket.h>

#include <cstddef>
#include <exception>
#include <string>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Toxiproxy's own (api.go): a request is read within 15 s, and a connection idles for 60 s.
constexpr duration idle_max = std::chrono::seconds(60);
constexpr duration answer_sent_within = std::chrono::seconds(30);
// A thousand proxies take a tenth of it.
constexpr std::size_t body_bytes_max = 1024 * 1024;
// Clients keep one connection, or open one a request; more wait in the listener's queue.
constexpr std::size_t talks_max = 256;
constexpr duration accept_retry_after = std::chrono::milliseconds(20);

using response = http::response<http::string_body>;

response response_for(link_api& api, const http::request<http::string_body>& asked) {
    api_request request;
    request.method = {asked.method_string().data(), asked.method_string().size()};
    request.target = {asked.target().data(), asked.target().size()};
    request.body = asked.body();
    const auto agent = asked[http::field::user_agent];
    request.user_agent = {agent.data(), agent.size()};
    api_answer answer = api.answer(request);
    response made(static_cast<http::status>(answer.status), asked.version());
    if (!answer.content_type.empty()) {
        made.set(http::field::content_type, answer.content_type);
    }
    made.keep_alive(asked.keep_alive());
    made.body() = std::move(answer.body);
    made.prepare_payload();
    return made;
}

}  // namespace

api_server::api_server(const asio::any_io_executor& executor, link_api& api)
    : api_(api), acceptor_(executor), talks_(executor) {}

error_code api_server::listen(const place& where) {
    error_code error = asio::error::host_not_found;
    for (const tcp::endpoint& one : known_addresses(where)) {
        owned_descriptor listener = open_listener(one, error);
        if (!error) {
            acceptor_.assign(one.protocol(), listener.get(), error);
        }
        if (!error) {
            listener.release();
            break;
        }
    }
    return error;
}

asio::awaitable<void> api_server::serve() {
    std::exception_ptr ended;
    try {
        co_await accept_all();
    } catch (...) {
        ended = std::current_exception();
    }
    // Cancelled, we could wait for nobody any more, and what they refer to would die under them.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    talks_.cancel();
    co_await talks_.join();
    if (ended) {
        std::rethrow_exception(ended);
    }
}

// Asio's accept(2) leaves the socket open in every program that is started later.
error_code api_server::accept_into(tcp::socket& socket) {
    owned_descriptor client(
        ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client.is_open()) {
        return last_socket_error();
    }
    error_code error;
    socket.assign(acceptor_.local_endpoint().protocol(), client.get(), error);
    if (!error) {
        client.release();
    }
    return error;
}

asio::awaitable<void> api_server::accept_all() {
    for (;;) {
        error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        co_await acceptor_.async_wait(tcp::acceptor::wait_read, std::move(token));
        if (error == asio::error::operation_aborted) {
            throw boost::system::system_error(error);
        }
        tcp::socket socket(acceptor_.get_executor());
        error = accept_into(socket);
        if (error == asio::error::would_block || error == asio::error::connection_aborted) {
            continue;  // whoever it was is gone again
        }
        if (error) {
            co_await pause(accept_retry_after);  // no descriptor is left: until there is one
            continue;
        }
        talks_.spawn(talk(std::move(socket)));
        while (talks_.running() >= talks_max) {
            co_await pause(accept_retry_after);
        }
    }
}

asio::awaitable<void> api_server::talk(tcp::socket socket) {
    boost::beast::flat_buffer read;
    for (;;) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(body_bytes_max);
        const transfer got = co_await before(
            clock::now() + idle_max, http::async_read(socket, read, parser, asio::deferred));
        if (got.error) {
            co_return;  // the client is done, or silent, or talks something else
        }
        const response answer = response_for(api_, parser.get());
        const transfer sent = co_await before(clock::now() + answer_sent_within,
                                              http::async_write(socket, answer, asio::deferred));
        if (sent.error || !answer.keep_alive()) {
            break;
        }
    }
    error_code gone;  // then there is nobody to be told
    socket.shutdown(tcp::socket::shutdown_send, gone);
}

}  // namespace stormdrain
