#include "harness/checks/rules/tunnel_end.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

std::string wrong_tunnel_end(const tunnel_at_stop& seen, const std::optional<since_start>& stop,
                             const std::optional<since_start>& released, const contract& promised) {
    if (!promised.upgrade || !stop || !seen.server_closed || *seen.server_closed < *stop) {
        return {};
    }
    if (promised.upgrade == upgrade_promise::close && seen.was_reset) {
        return "was cut by RST, and was to be ended in an orderly way";
    }
    const bool was_its_clients_turn = !released || *seen.server_closed < *released;
    if (promised.upgrade == upgrade_promise::wait && was_its_clients_turn) {
        return "was ended by the server, and was to be waited for";
    }
    return {};
}

std::string wrong_farewell(const websocket_row& seen, const contract& promised) {
    if (!promised.websocket_close || (seen.told && seen.close_code == *promised.websocket_close)) {
        return {};
    }
    if (seen.told) {
        return "was told Close " + std::to_string(seen.close_code);
    }
    return seen.was_reset ? "was cut by RST without a Close frame"
                          : "was closed without a Close frame";
}

extern const rule tunnel_end;
const rule tunnel_end{
    .number = "R28",
    .name = "tunnel_end",
    .summary =
        "A tunnel that the stop finds is ended by FIN, left to its client, or cut, and a WebSocket "
        "is told by a Close frame before: as the contract says, and nothing is wrong where it says "
        "nothing.",
    .source =
        "RFC 9110 section 7.8; RFC 6455 section 7.4.1; golang/go#22682; "
        "programatik29/axum-server#40",
};

}  // namespace stormdrain::rules
