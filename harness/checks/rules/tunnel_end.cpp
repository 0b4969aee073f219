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

extern const rule tunnel_end;
const rule tunnel_end{
    .number = "R28",
    .name = "tunnel_end",
    .summary =
        "A tunnel that the stop finds is ended by FIN, left to its client, or cut: as the contract "
        "says, and nothing is wrong where it says nothing.",
    .source = "RFC 9110 section 7.8; golang/go#22682; programatik29/axum-server#40",
};

}  // namespace stormdrain::rules
