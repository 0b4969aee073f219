#include "faults/acknowledgement.hpp"

#include "harness/process/census/socket_table.hpp"

#include <optional>

namespace stormdrain {

namespace asio = boost::asio;

asio::awaitable<std::string> why_unacknowledged(strike_attempt& here) {
    // A receiver may keep its acknowledgement back for up to half a second (RFC 1122 section
    // 4.2.3.2); Linux does for 40 to 200 ms.
    constexpr int looks_max = 60;
    constexpr duration look_interval = std::chrono::milliseconds(10);
    const connection_row& row = here.connection().row();
    // What a link has taken is on its way for as long as its toxics hold it back.
    if (row.way_up > duration::zero()) {
        co_await here.pause(row.way_up);
    }
    const bool by_link = here.context().connections.port().behind_link.has_value();
    std::uint32_t missing_bytes = 0;
    for (int look = 0; look < looks_max; ++look) {
        if (look > 0) {
            co_await here.pause(look_interval);
        }
        // The queue of a socket holds what was not acknowledged, whether it was sent or not.
        const std::optional<tcp_socket_facts> ours = socket_table().find(row.local, row.remote);
        if (!ours) {
            co_return std::string("the server reset the connection");
        }
        missing_bytes = ours->send_queue_bytes;
        if (by_link && missing_bytes == 0) {
            const std::optional<tcp_socket_facts> links =
                socket_table().find(row.at_server.remote, row.at_server.local);
            missing_bytes = links ? links->send_queue_bytes : 0;
        }
        if (missing_bytes == 0) {
            co_return std::string();
        }
    }
    co_return "the server's kernel did not acknowledge " + std::to_string(missing_bytes) +
        " of the bytes that were sent";
}

std::string describe_reading(const std::optional<tcp_socket_facts>& server_socket) {
    std::string text = to_text(server_socket);
    if (server_socket) {
        const std::uint32_t unread_bytes = server_socket->receive_queue_bytes;
        text += ", " + std::to_string(unread_bytes) +
                (unread_bytes == 1 ? " byte in it is unread" : " bytes in it are unread");
    }
    return text;
}

}  // namespace stormdrain
