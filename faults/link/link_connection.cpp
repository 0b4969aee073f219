#include "faults/link/link_connection.hpp"

#include <boost/asio/error.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace stormdrain {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

// A connection that a toxic closed is read until both sides have closed theirs, for a close over
// unread bytes is RST (RFC 2525 section 2.17). As long as nginx waits for a client that is silent.
constexpr duration lingering_close_max = std::chrono::seconds(5);
// Reads in a row of what nobody gets.
constexpr int drains_max = 64;

error_code error_of(int socket) {
    int value = 0;
    socklen_t size = sizeof(value);
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &value, &size) != 0) {
        value = errno;
    }
    return {value, boost::system::system_category()};
}

}  // namespace

link_connection::link_connection(const link_connection_tools& tools, owned_descriptor client,
                                 tcp::endpoint peer, std::uint64_t number)
    : tools_(tools),
      peer_(std::move(peer)),
      number_(number),
      client_{std::move(client)},
      upward_(client_, server_, tools.shared, tools.upward),
      downward_(server_, client_, tools.shared, tools.downward),
      alarm_(tools.alarms, [this] { ring(); }) {}

void link_connection::begin(std::list<link_connection>::iterator self) {
    self_ = self;
    // Before anything else: RST and FIN of a client count while the dial takes its time, too.
    if (tools_.sockets.watch(client_.socket.get(), side_events, client_watcher_)) {
        tools_.host.dial_failed(*this);
        reset();
        return;
    }
    resume();
}

void link_connection::resume() {
    has_turn_waiting_ = false;
    if (stage_ == stage::open) {
        run();
        return;
    }
    if (stage_ != stage::waiting) {
        return;
    }
    const dial_change change = tools_.host.change_of_dial(*this);
    is_new_ = false;
    if (change.upstream == dial_change::fate::reset) {
        reset();
    } else if (const time_point dial_at = accepted_at_ + change.delay; dial_at > clock::now()) {
        alarm_.set(dial_at);
    } else {
        dial();
    }
}

void link_connection::abandon() {
    if (stage_ != stage::ended) {
        end();
    }
}

void link_connection::reset() {
    tools_.host.was_reset();
    client_.reset();
    server_.reset();
    end();
}

void link_connection::end() {
    stage_ = stage::ended;
    alarm_.set(time_point::max());
    client_.socket.reset();
    server_.socket.reset();
    tools_.host.ended(*this);
    upward_.drop();
    downward_.drop();
}

void link_connection::heard(link_side& side, std::uint32_t events) {
    if (stage_ == stage::ended) {
        return;  // by an earlier event of the same batch
    }
    if (stage_ == stage::dialling && &side == &server_) {
        const bool failed = (events & (EPOLLERR | EPOLLHUP)) != 0;
        const error_code error = failed ? error_of(server_.socket.get()) : error_code();
        if (error) {
            dial_error_ = error;
            dial_next();
        } else if ((events & EPOLLOUT) != 0) {
            server_.learn(events);
            dialled();
        }
        return;
    }
    side.learn(events);
    if (stage_ == stage::open) {
        run();
    } else if (stage_ == stage::closing) {
        drain_close();
    } else if (client_.broken) {
        reset();  // nobody is left to dial for
    }
}

void link_connection::ring() {
    switch (stage_) {
        case stage::waiting:
            resume();
            break;
        case stage::dialling:
            dial_next();
            break;
        case stage::open:
            run();
            break;
        case stage::closing:
            end();
            break;
        case stage::ended:
            break;
    }
}

void link_connection::dial() {
    if (dial_ends_ == time_point{}) {
        dial_ends_ = clock::now() + tools_.dial_limit;
    }
    alarm_.set(dial_ends_);
    const address_lookup::addresses* const found = tools_.host.upstream_addresses();
    if (found != nullptr) {
        addresses_ = *found;
        next_address_ = 0;
        stage_ = stage::dialling;
        dial_next();
    } else if (clock::now() >= dial_ends_) {
        dial_error_ = boost::asio::error::host_not_found;
        tools_.host.dial_failed(*this);
        reset();
    }
}

// The next of the upstream's addresses, while there is one and time.
void link_connection::dial_next() {
    while (next_address_ < addresses_.size() && clock::now() < dial_ends_) {
        const tcp::endpoint& where = addresses_[next_address_++];
        dial_error_.clear();
        server_ = {tools_.host.upstream_socket(where.protocol().family(), dial_error_)};
        if (!dial_error_) {
            dial_error_ = tools_.host.connect(*this, server_.socket.get(), where);
        }
        if (dial_error_) {
            continue;
        }
        if (!tools_.sockets.watch(server_.socket.get(), side_events, server_watcher_)) {
            return;
        }
    }
    if (clock::now() >= dial_ends_) {
        dial_error_ = boost::asio::error::timed_out;
    }
    tools_.host.dial_failed(*this);
    reset();
}

void link_connection::dialled() {
    stage_ = stage::open;
    alarm_.set(time_point::max());
    addresses_ = {};
    tools_.host.established(*this);
    run();
}

void link_connection::run() {
    // A pump that cannot write finds its reader broken: then it is for the other one to tell.
    for (bool told = true; told;) {
        const bool client_was_broken = client_.broken;
        const bool server_was_broken = server_.broken;
        const pump_result up = upward_.run();
        if (!settle(up, downward_, server_)) {
            return;
        }
        const pump_result down = downward_.run();
        if (!settle(down, upward_, client_)) {
            return;
        }
        told = client_was_broken != client_.broken || server_was_broken != server_.broken;
        if (!told && (up == pump_result::again || down == pump_result::again) &&
            !std::exchange(has_turn_waiting_, true)) {
            tools_.host.wants_turn(*this);
        }
    }
    alarm_.set(std::min(upward_.next_event(), downward_.next_event()));
}

// False: the connection is over.
bool link_connection::settle(pump_result result, const link_pump& other, link_side& to) {
    switch (result) {
        case pump_result::waits:
        case pump_result::again:
            return true;
        case pump_result::ended:
            if (other.has_ended()) {
                end();  // close(2) sends the second FIN
                return false;
            }
            // It fails for a socket that is broken, which its own pump tells.
            ::shutdown(to.socket.get(), SHUT_WR);
            return true;
        case pump_result::close:
            begin_close();
            return false;
        case pump_result::reset:
            reset();
            return false;
    }
    return true;
}

void link_connection::begin_close() {
    stage_ = stage::closing;
    alarm_.set(clock::now() + lingering_close_max);
    for (const link_side* side : {&client_, &server_}) {
        ::shutdown(side->socket.get(), SHUT_WR);  // fails where its FIN is sent already
    }
    drain_close();
}

void link_connection::drain_close() {
    for (link_side* side : {&client_, &server_}) {
        for (int drains = 0; side->readable && !side->ended && !side->broken; ++drains) {
            if (drains == drains_max) {
                end();  // whoever says that much did not hear the FIN
                return;
            }
            const ssize_t count =
                ::recv(side->socket.get(), tools_.shared.data(), tools_.shared.size(), 0);
            side->ended = count == 0;
            side->readable = count > 0;
            side->broken = side->broken || (count < 0 && errno != EAGAIN && errno != EINTR);
        }
    }
    const auto is_over = [](const link_side& side) { return side.ended || side.broken; };
    if (is_over(client_) && is_over(server_)) {
        end();
    }
}

}  // namespace stormdrain
