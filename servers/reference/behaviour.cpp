#include "servers/reference/behaviour.hpp"

#include <cerrno>
#include <csignal>

namespace reference {

void behaviour::at_process_start() const {
    // Fails only for an invalid signal number.
    std::signal(SIGPIPE, SIG_IGN);
}

accept_action behaviour::at_accept_error(int error) const {
    switch (error) {
        // accept(2), "Error handling": what was already wrong with the new connection is reported
        // here and says nothing about the listener.
        case ECONNABORTED:
        case EINTR:
        case EPROTO:
        case EPERM:
        case ENETDOWN:
        case ENOPROTOOPT:
        case EHOSTDOWN:
        case ENONET:
        case EHOSTUNREACH:
        case EOPNOTSUPP:
        case ENETUNREACH:
            return accept_action::go_on;
        default:
            // EMFILE, ENFILE, ENOBUFS, ENOMEM; and an error that nobody knows is waited out as
            // well, rather than spun on.
            return accept_action::pause;
    }
}

void behaviour::close_listener(stream_acceptor& acceptor) const {
    boost::system::error_code ignored;  // close(2) frees the descriptor whatever it returns
    acceptor.close(ignored);
}

stop_action behaviour::at_stop(connection_phase phase) const {
    const bool owes_nothing =
        phase == connection_phase::handshaking || phase == connection_phase::silent ||
        phase == connection_phase::idle || phase == connection_phase::tunnelling;
    return owes_nothing ? stop_action::close_now : stop_action::finish;
}

std::unique_ptr<drain_latch> behaviour::make_drain_latch(
    const boost::asio::any_io_executor& executor, const event_log& log) const {
    return reference::make_drain_latch(executor, log);
}

}  // namespace reference
