// A small HTTP/1.1 server on Boost.Beast, as a pattern for your own: it stops in an orderly way,
// and it can be restarted inside its process, which is how stormdrain looks for what leaks.
//   beast HOST:PORT      SIGTERM ends it, SIGHUP restarts it; a second one does not wait any longer

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <csignal>
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

class session : public std::enable_shared_from_this<session> {
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

    // Waits for the first byte of a request, which may take long: nobody is owed anything then.
    void await_request() {
        is_idle_ = buffer_.size() == 0;
        if (!is_idle_) {  // pipelined
            read_request();
            return;
        }
        if (all_->stopping) {
            finish();
            return;
        }
        stream_.expires_after(idle_limit);
        stream_.async_read_some(
            buffer_.prepare(4096),
            [self = shared_from_this()](const error_code& error, std::size_t count) {
                if (!error) {
                    self->buffer_.commit(count);
                    self->is_idle_ = false;
                    self->read_request();
                }
            });
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

private:
    void read_request() {
        parser_.emplace();
        parser_->body_limit(1024 * 1024);
        stream_.expires_after(request_limit);
        http::async_read(stream_, buffer_, *parser_,
                         [self = shared_from_this()](const error_code& error, std::size_t) {
                             if (!error) {
                                 self->handle();
                             } else if (error != http::error::end_of_stream) {
                                 self->finish();
                             }
                         });
    }

    void handle() {
        if (parser_->get().target() != "/delayed") {
            answer();
            return;
        }
        stream_.expires_never();
        work_.expires_after(work_time);
        work_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) {
                self->answer();
            }
        });
    }

    void answer() {
        const auto& request = parser_->get();
        response_ = {http::status::ok, request.version()};
        if (request.target() == "/large") {
            response_.body().assign(large_bytes, 'x');
        } else if (request.method() == http::verb::post) {
            response_.body() = std::to_string(request.body().size()) + " bytes\n";
        } else {
            response_.body() = "hello\n";
        }
        response_.keep_alive(request.keep_alive() && !all_->stopping);
        response_.prepare_payload();
        stream_.expires_after(response_limit);
        http::async_write(stream_, response_,
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                              if (!error && self->response_.keep_alive()) {
                                  self->await_request();
                              } else if (!error) {
                                  self->finish();
                              }
                          });
    }

    // close(2) with bytes unread sends a RST that can destroy our last answer on its way.
    void finish() {
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        stream_.expires_after(linger_limit);
        discard();
    }

    void discard() {
        buffer_.clear();
        stream_.async_read_some(buffer_.prepare(4096),
                                [self = shared_from_this()](const error_code& error, std::size_t) {
                                    if (!error) {
                                        self->discard();
                                    }
                                });
    }

    beast::tcp_stream stream_;
    asio::steady_timer work_;
    std::shared_ptr<sessions> all_;
    beast::flat_buffer buffer_{64 * 1024};
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
    bool is_idle_ = true;
};

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
                std::make_shared<session>(std::move(socket), all_)->await_request();
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
