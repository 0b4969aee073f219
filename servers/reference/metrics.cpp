#include "servers/reference/metrics.hpp"

#include <string_view>

namespace reference {

std::string to_text(const metrics& counted) {
    std::string text;
    const auto add = [&text](std::string_view name, std::uint64_t value) {
        text += name;
        text += ' ';
        text += std::to_string(value);
        text += '\n';
    };
    add("connections_accepted_total", counted.connections_accepted);
    add("connections_open", counted.connections_open);
    add("connections_reset_total", counted.connections_reset);
    add("connections_force_closed_total", counted.connections_force_closed);
    add("handshakes_completed_total", counted.handshakes_completed);
    add("handshakes_failed_total", counted.handshakes_failed);
    add("requests_total", counted.requests);
    add("responses_2xx_total", counted.responses_2xx);
    add("responses_4xx_total", counted.responses_4xx);
    add("responses_5xx_total", counted.responses_5xx);
    add("deadlines_passed_total", counted.deadlines_passed);
    add("accept_failures_total", counted.accept_failures);
    add("accept_backoffs_total", counted.accept_backoffs);
    return text;
}

}  // namespace reference
