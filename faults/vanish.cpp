// The client is gone without a word: a pulled cable, a laptop that was shut, a firewall that forgot
// the connection. Nothing passes in either direction any more, and the server cannot notice, unless
// it has a timeout of its own or has something to send.
//
// How: an established socket with a TCP-MD5 key (RFC 2385) drops all segments without a signature,
// and its own, which have one, are dropped by the server's kernel, which has no key. Setting and
// taking it away in any state is allowed on purpose, and to everybody ("tcp: md5: allow changing
// MD5 keys in all socket states", 2020).

#include "faults/reach_point.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

namespace stormdrain::faults {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

enum class afterwards { hold, close, reset };

constexpr std::array<std::pair<std::string_view, afterwards>, 3> afterwards_words{
    {{"hold", afterwards::hold}, {"close", afterwards::close}, {"reset", afterwards::reset}}};

// Between two looks at whether the server has given up: it cannot tell us.
constexpr duration look_interval = std::chrono::milliseconds(100);

enum class black_hole { on, off };

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

boost::system::error_code set(black_hole wanted, stream_socket& socket) {
    constexpr std::string_view key = "gone";  // the other side has none, so any will do
    tcp_md5sig signature{};
    socklen_t size = sizeof(signature.tcpm_addr);
    if (::getpeername(socket.native_handle(), reinterpret_cast<sockaddr*>(&signature.tcpm_addr),
                      &size) != 0) {
        return last_error();
    }
    if (wanted == black_hole::on) {
        signature.tcpm_keylen = key.size();
        std::memcpy(signature.tcpm_key, key.data(), key.size());
    }
    if (::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_MD5SIG, &signature,
                     sizeof(signature)) != 0) {
        return last_error();
    }
    return {};
}

tcp::endpoint to_asio(const endpoint& place) {
    return {asio::ip::make_address(place.address), place.port};
}

// Ends the server's half of a connection of which we have none any more. To a SYN on it the server
// answers by an ACK of what it has; nobody here knows of that, so it gets a RST (RFC 9293 section
// 3.5.1, "half-open connections").
boost::system::error_code knock(const connection_row& row) {
    const tcp::endpoint local = to_asio(row.local);
    const tcp::endpoint remote = to_asio(row.remote);
    const owned_descriptor knocker(
        ::socket(local.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    if (!knocker.is_open() ||
        ::setsockopt(knocker.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        ::bind(knocker.get(), local.data(), static_cast<socklen_t>(local.size())) != 0) {
        return last_error();
    }
    // It cannot succeed: the answer comes from a connection that is not this one.
    if (::connect(knocker.get(), remote.data(), static_cast<socklen_t>(remote.size())) != 0 &&
        errno != EINPROGRESS) {
        return last_error();
    }
    return {};
}

bool is_loopback(const endpoint& place) {
    return place.address.starts_with("127.");
}

// All of 127.0.0.0/8 is this machine, and nobody else uses these.
std::string own_loopback_address(random_source& random) {
    std::string address = "127.77";
    for (int part = 0; part < 2; ++part) {
        address += "." + std::to_string(1 + random.below(254));
    }
    return address;
}

bool is_established(const std::optional<tcp_socket_facts>& server) {
    return server && server->state == tcp_state::established;
}

class vanish_fault : public connection_fault {
public:
    vanish_fault(strike_point at, afterwards then, std::string route)
        : connection_fault({"vanish", held_condition::vanished, at, {std::move(route)}}),
          then_(then) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        way_to_point chosen = way(here.context());
        const std::string moment = co_await reach_point(here, std::move(chosen));
        if (moment.empty() || !here.established_server_socket()) {
            co_return;
        }
        const boost::system::error_code refused = set(black_hole::on, here.connection().socket());
        if (refused) {
            here.unavailable("the kernel has no TCP_MD5SIG for us: " + refused.message());
            co_return;
        }
        const boost::system::error_code failure = go(here);
        const std::optional<tcp_socket_facts> server = here.server_socket();
        if (failure) {
            here.not_delivered("our end could not go: " + failure.message());
        } else if (!is_established(server)) {
            here.not_delivered("the server noticed it, its socket is " + to_text(server));
        } else {
            here.delivered(moment + "; then nothing passed any more, the server's socket is " +
                           to_text(server));
            co_await watch_server(here);
        }
    }

    // From here on everything passes again: the server has to hear of the end, or it would keep its
    // socket for as long as it lives.
    void let_go(strike_attempt& here) const override {
        if (!here.has_connection()) {
            return;
        }
        try {
            const boost::system::error_code failure = end(here);
            const std::optional<tcp_socket_facts> server = here.server_socket();
            if (failure || is_established(server)) {
                here.add_to_proof("; the server could not be told of the end, its socket is " +
                                  to_text(server) +
                                  (failure ? ": " + failure.message() : std::string()));
            }
        } catch (const std::exception& error) {
            here.failed(error.what());  // no descriptor to look at sockets with
        }
    }

private:
    way_to_point way(fault_context& context) const {
        way_to_point chosen;
        chosen.point = point();
        chosen.route_name = route_name();
        // Whoever knocks later needs the port again, and most ports of 127.0.0.1 serve several
        // connections at a time.
        if (then_ == afterwards::reset && is_loopback(context.connections.port().where)) {
            chosen.connecting.source_address = own_loopback_address(context.random);
        }
        return chosen;
    }

    // What becomes of our end, unseen by the server.
    boost::system::error_code go(strike_attempt& here) const {
        boost::system::error_code error;
        if (then_ == afterwards::close) {
            // Its FIN is lost like all else. The descriptor stays, or nothing could be undone.
            here.connection().socket().shutdown(stream_socket::shutdown_both, error);
        } else if (then_ == afterwards::reset) {
            error = here.connection().reset();
        }
        return error;
    }

    static boost::asio::awaitable<void> watch_server(strike_attempt& here) {
        std::optional<tcp_socket_facts> server = here.server_socket();
        while (is_established(server) && clock::now() < here.deadline()) {
            co_await here.pause(look_interval);
            server = here.server_socket();
        }
        if (!is_established(server)) {
            connection_row& row = here.connection().row();
            row.server_closed = here.context().clock.now();
            here.add_to_proof("; the server gave it up, its socket was " + to_text(server));
        }
    }

    boost::system::error_code end(strike_attempt& here) const {
        transport& connection = here.connection();
        const std::optional<tcp_socket_facts> before = here.server_socket();
        if (!connection.is_open()) {
            return is_established(before) ? knock(connection.row()) : boost::system::error_code();
        }
        const boost::system::error_code error = set(black_hole::off, connection.socket());
        const bool was_armed = error != boost::system::errc::no_such_file_or_directory;
        if (error && was_armed) {
            return error;
        }
        // A FIN would wait behind what was lost meanwhile, for the server's next attempt to send it
        // or for ours; a RST is seen at once.
        const bool nothing_lost =
            then_ == afterwards::hold && is_established(before) && before->send_queue_bytes == 0;
        if (was_armed && !nothing_lost) {
            return connection.reset();
        }
        connection.close();
        return {};
    }

    afterwards then_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    const strike_point at = read_point(
        keys, {strike_point::idle, strike_point::request_headers, strike_point::request_body,
               strike_point::handler, strike_point::response_body});
    const auto then = keys.choice<afterwards>("then", afterwards_words, afterwards::hold);
    return std::make_unique<vanish_fault>(at, then, keys.text("route", route_to_reach(at)));
}

}  // namespace

extern const fault_kind vanish{
    "vanish", "A client that is gone from one moment to the next, without FIN or RST.", read,
    "TCP_MD5SIG (tcp(7)) on a socket of our own, without root"};

}  // namespace stormdrain::faults
