#include "servers/reference/behaviour.hpp"

#include <csignal>

namespace reference {

void behaviour::at_process_start() const {
    // Fails only for an invalid signal number.
    std::signal(SIGPIPE, SIG_IGN);
}

stop_action behaviour::at_stop(connection_phase phase) const {
    const bool owes_nothing =
        phase == connection_phase::handshaking || phase == connection_phase::idle;
    return owes_nothing ? stop_action::close_now : stop_action::finish;
}

std::unique_ptr<drain_latch> behaviour::make_drain_latch(
    const boost::asio::any_io_executor& executor, const event_log& log) const {
    return reference::make_drain_latch(executor, log);
}

}  // namespace reference
