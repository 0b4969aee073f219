// A small HTTP/1.1 server on Boost.Beast, as a pattern for your own: it stops in an orderly way,
// and it can be restarted inside its process, which is how stormdrain looks for what leaks.
//   beast HOST:PORT      SIGTERM ends it, SIGHUP restarts it; a second one does not wait any longer

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr auto idle_limit = 15s;      // target.json: keep_alive_timeout
constexpr auto request_limit = 5s;    // from a request's first byte on
constexpr auto response_limit = 30s;  // for a client that reads slowly
constexpr auto linger_limit = 1s;     // for the client's FIN behind the last answer
constexpr auto drain_limit = 1s;      // of a stop: then everybody is disconnected
constexpr auto work_time = 200ms;     // of /delayed
constexpr auto accept_pause = 50ms;   // without descriptors: trying at once would burn the CPU
constexpr std::size_t large_bytes = 16 * 1024 * 1024;
constexpr std::size_t body_limit = 1024 * 1024;
constexpr std::size_t read_bytes = 4096;

class session;

// Those of one life of the server.
struct sessions {
    std::set<session*> alive;
    bool stopping = false;
    std::function<void()> on_empty;  // called once

    void see_whether_empty() {
        if (alive.empty() && on_empty) {
            std::exchange(on_empty, nullptr)();
        }
    }
};

// One connection. The frame of serve() owns it.
class session {
public:
    session(tcp::socket socket, std::shared_ptr<sessions> all)
        : stream_(std::move(socket)), work_(stream_.get_executor()), all_(std::move(all)) {
        all_->alive.insert(this);
    }
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session() {
        all_->alive.erase(this);
        all_->see_whether_empty();
    }

    // What is being answered is answered; what is idle is closed.
    void stop() {
        if (is_idle_) {
            close();
        }
    }

    void close() {
        work_.cancel();
        stream_.close();
    }

    // False: that was the last one. Throws when the client went away or took too long.
    asio::awaitable<bool> answer_one() {
        if (buffer_.size() == 0) {  // else there is the beginning of a pipelined one
            if (all_->stopping) {
                co_return false;
            }
            co_await await_first_byte();
        }
        http::request_parser<http::string_body> parser;
        parser.body_limit(body_limit);
        stream_.expires_after(request_limit);
        co_await http::async_read(stream_, buffer_, parser, asio::use_awaitable);
        if (parser.get().target() == "/delayed") {
            stream_.expires_never();
            work_.expires_after(work_time);
            co_await work_.async_wait(asio::use_awaitable);
        }
        const bool persists = parser.get().keep_alive() && !all_->stopping;
        http::response<http::string_body> response = answer_to(parser.get(), persists);
        stream_.expires_after(response_limit);
        co_await http::async_write(stream_, response, asio::use_awaitable);
        co_return persists;
    }

    // close(2) with bytes unread sends a RST, which can destroy our last answer on its way.
    asio::awaitable<void> finish() {
        stream_.socket().shutdown(tcp::socket::shutdown_send);
        stream_.expires_after(linger_limit);
        for (;;) {
            buffer_.clear();
            co_await stream_.async_read_some(buffer_.prepare(read_bytes), asio::use_awaitable);
        }
    }

private:
    // It may take long: nobody is owed anything then.
    asio::awaitable<void> await_first_byte() {
        is_idle_ = true;
        stream_.expires_after(idle_limit);
        const std::size_t count =
            co_await stream_.async_read_some(buffer_.prepare(read_bytes), asio::use_awaitable);
        buffer_.commit(count);
        is_idle_ = false;
    }

    static http::response<http::string_body> answer_to(
        const http::request<http::string_body>& request, bool persists) {
        http::response<http::string_body> response(http::status::ok, request.version());
        if (request.target() == "/large") {
            response.body().assign(large_bytes, 'x');
        } else if (request.method() == http::verb::post) {
            response.body() = std::to_string(request.body().size()) + " bytes\n";
        } else {
            response.body() = "hello\n";
        }
        response.keep_alive(persists);
        response.prepare_payload();
        return response;
    }

    beast::tcp_stream stream_;
    asio::steady_timer work_;
    std::shared_ptr<sessions> all_;
    beast::flat_buffer buffer_{64 * 1024};
    bool is_idle_ = true;
};

asio::awaitable<void> serve(tcp::socket socket, std::shared_ptr<sessions> all) {
    session here(std::move(socket), std::move(all));
    try {
        bool goes_on = true;
        while (goes_on) {
            goes_on = co_await here.answer_one();
        }
        co_await here.finish();
    } catch (const boost::system::system_error&) {
        // The client went away or took too long, or we closed.
    }
}

// One life of the server: from bind to the end of the last session.
class server {
public:
    server(asio::io_context& context, const tcp::endpoint& where)
        : acceptor_(context, where), timer_(context) {
        accept();
    }

    void stop(std::function<void()> when_over) {
        acceptor_.close();
        timer_.cancel();
        all_->stopping = true;
        all_->on_empty = [this, when_over = std::move(when_over)] {
            timer_.cancel();
            // Behind the end of the session that calls us: this is the end of the server.
            asio::post(timer_.get_executor(), when_over);
        };
        for (session* one : std::set<session*>(all_->alive)) {
            one->stop();
        }
        timer_.expires_after(drain_limit);
        timer_.async_wait([this](const error_code& error) {
            if (!error) {
                stop_now();
            }
        });
        all_->see_whether_empty();
    }

    void stop_now() {
        for (session* one : std::set<session*>(all_->alive)) {
            one->close();
        }
    }

private:
    void accept() {
        acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
            if (!acceptor_.is_open()) {
                return;
            }
            if (!error) {
                asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket), all_),
                               [](const std::exception_ptr& failure) {
                                   if (failure) {
                                       std::rethrow_exception(failure);  // out of run()
                                   }
                               });
                accept();
                return;
            }
            timer_.expires_after(accept_pause);
            timer_.async_wait([this](const error_code& cancelled) {
                if (!cancelled && acceptor_.is_open()) {
                    accept();
                }
            });
        });
    }

    tcp::acceptor acceptor_;
    asio::steady_timer timer_;  // pauses of the accept loop, then the limit of the drain
    std::shared_ptr<sessions> all_ = std::make_shared<sessions>();
};

// Serves until SIGTERM; SIGHUP makes a new server where the old one was.
class restart_loop {
public:
    restart_loop(asio::io_context& context, tcp::endpoint where)
        : context_(context), where_(std::move(where)), signals_(context, SIGTERM, SIGHUP) {
        server_.emplace(context_, where_);
        await_signal();
    }

private:
    void await_signal() {
        signals_.async_wait([this](const error_code& error, int number) {
            if (error) {
                return;
            }
            if (is_stopping_) {
                server_->stop_now();
            } else {
                is_stopping_ = true;
                server_->stop([this, number] { stopped(number == SIGHUP); });
            }
            await_signal();
        });
    }

    void stopped(bool goes_on) {
        server_.reset();
        is_stopping_ = false;
        if (goes_on) {
            server_.emplace(context_, where_);
        } else {
            signals_.cancel();  // and run() returns
        }
    }

    asio::io_context& context_;
    tcp::endpoint where_;
    asio::signal_set signals_;
    std::optional<server> server_;
    bool is_stopping_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    const std::string where = argc == 2 ? argv[1] : "";
    const std::size_t colon = where.rfind(':');
    if (colon == std::string::npos) {
        std::cerr << "usage: beast HOST:PORT\n";
        return 2;
    }
    try {
        asio::io_context context(1);
        const restart_loop serving(
            context, {asio::ip::make_address(where.substr(0, colon)),
                      static_cast<unsigned short>(std::stoul(where.substr(colon + 1)))});
        context.run();
    } catch (const std::exception& error) {
        std::cerr << "beast: " << error.what() << "\n";
        return 1;
    }
}
