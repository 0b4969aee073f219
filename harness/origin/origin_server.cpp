#include "harness/origin/origin_server.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/environment_error.hpp"
#include "harness/base/pause.hpp"
#include "harness/net/tls_client.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Without descriptors accept(2) would fail again at once.
constexpr duration accept_retry_interval = std::chrono::milliseconds(10);
constexpr duration look_interval = std::chrono::milliseconds(1);
// Interrupted connections only have to notice.
constexpr duration notice_limit = std::chrono::seconds(1);

tcp::acceptor listen_on_loopback(const asio::any_io_executor& executor) {
    tcp::acceptor acceptor(executor);
    error_code error;
    acceptor.open(tcp::v4(), error);
    if (!error) {
        acceptor.bind({asio::ip::address_v4::loopback(), 0}, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        throw environment_error("an origin cannot listen: " + error.message());
    }
    return acceptor;
}

}  // namespace

origin_server::origin_server(const asio::any_io_executor& executor, origin_plan plan,
                             const std::string& folder)
    : plan_(std::move(plan)),
      acceptor_(listen_on_loopback(executor)),
      where_{"127.0.0.1", acceptor_.local_endpoint().port()},
      desk_{origin_tally(plan_.name, plan_.speaks, plan_.hosts), {}, nullptr},
      stopping_(executor),
      tasks_(executor) {
    if (plan_.speaks == origin_protocol::https) {
        std::filesystem::create_directories(folder);
        const certificate_files made = make_certificate(folder, plan_.hosts);
        certificate_path_ = std::filesystem::absolute(made.certificate_path).string();
        desk_.tls = std::make_unique<origin_tls>(made.certificate_path, made.key_path);
    }
    tasks_.spawn(accept_all());
}

asio::awaitable<void> origin_server::accept_all() {
    while (!stopping_.is_open()) {
        error_code error;
        tcp::socket socket =
            co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            co_await stopping_.wait(clock::now() + accept_retry_interval);
        } else if (connections_.size() >= connections_max) {
            desk_.tally.turned_away();
        } else {
            tasks_.spawn(serve(std::move(socket)));
        }
    }
}

asio::awaitable<void> origin_server::serve(tcp::socket socket) {
    // Answers are written in one piece, but a stall cuts them: their first half shall not wait.
    error_code gone;
    socket.set_option(tcp::no_delay(true), gone);
    origin_connection connection(desk_, std::move(socket));
    struct listed {
        std::list<origin_connection*>& all;
        std::list<origin_connection*>::iterator place;
        ~listed() { all.erase(place); }
    };
    const listed here{connections_, connections_.insert(connections_.end(), &connection)};
    if (!stopping_.is_open()) {
        co_await connection.run();
    }
}

asio::awaitable<std::string> origin_server::strike(misbehaviour what, gate& released,
                                                   time_point deadline) {
    const asio::any_io_executor executor = acceptor_.get_executor();
    std::string proof;
    while (proof.empty() && clock::now() < deadline && !released.is_open()) {
        const auto order = std::make_shared<strike_order>(executor, what);
        struct withdrawn {
            strike_orders& orders;
            std::shared_ptr<strike_order> order;
            ~withdrawn() {
                order->let_go.open();
                std::erase(orders, order);
            }
        };
        const withdrawn at_last{desk_.orders, order};
        desk_.orders.push_back(order);
        co_await first_of(until_open(order->over, deadline), until_open(released, deadline));
        order->let_go.open();
        const bool is_waiting = std::ranges::find(desk_.orders, order) != desk_.orders.end();
        if (!is_waiting) {
            co_await order->over.wait(clock::now() + notice_limit);
        }
        proof = order->proof;
    }
    co_return proof;
}

bool origin_server::any_told_to_end() const {
    return std::ranges::any_of(connections_, &origin_connection::is_told_to_end);
}

asio::awaitable<void> origin_server::close_connections(duration limit) {
    for (origin_connection* const connection : connections_) {
        connection->end_when_idle();
    }
    const time_point deadline = clock::now() + limit;
    while (any_told_to_end() && clock::now() < deadline) {
        co_await pause(look_interval);
    }
    for (origin_connection* const connection : connections_) {
        if (connection->is_told_to_end()) {
            connection->abandon();
        }
    }
    const time_point noticed = clock::now() + notice_limit;
    while (any_told_to_end() && clock::now() < noticed) {
        co_await pause(look_interval);
    }
}

asio::awaitable<void> origin_server::stop() {
    stopping_.open();
    acceptor_.close();
    for (origin_connection* const connection : connections_) {
        connection->abandon();
    }
    co_await tasks_.join();
}

}  // namespace stormdrain
