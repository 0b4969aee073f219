#include "servers/reference/metrics.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace reference {
namespace {

using row = std::pair<std::string_view, std::uint64_t>;

std::array<row, 16> rows_of(const metrics& counted) {
    return {{{"connections_accepted_total", counted.connections_accepted},
             {"connections_open", counted.connections_open},
             {"connections_reset_total", counted.connections_reset},
             {"connections_force_closed_total", counted.connections_force_closed},
             {"handshakes_completed_total", counted.handshakes_completed},
             {"handshakes_failed_total", counted.handshakes_failed},
             {"requests_total", counted.requests},
             {"responses_2xx_total", counted.responses_2xx},
             {"responses_4xx_total", counted.responses_4xx},
             {"responses_5xx_total", counted.responses_5xx},
             {"origin_connections_total", counted.origin_connections},
             {"origin_requests_total", counted.origin_requests},
             {"origin_reuses_total", counted.origin_reuses},
             {"deadlines_passed_total", counted.deadlines_passed},
             {"accept_failures_total", counted.accept_failures},
             {"accept_backoffs_total", counted.accept_backoffs}}};
}

// Each row as "name<between>value<after>".
std::string joined(const metrics& counted, char between, char after) {
    std::string text;
    for (const auto& [name, value] : rows_of(counted)) {
        text += name;
        text += between;
        text += std::to_string(value);
        text += after;
    }
    return text;
}

}  // namespace

void count_response(metrics& counted, int status) {
    (status < 400   ? counted.responses_2xx
     : status < 500 ? counted.responses_4xx
                    : counted.responses_5xx) += 1;
}

std::string to_text(const metrics& counted) {
    return joined(counted, ' ', '\n');
}

std::string to_line(const metrics& counted) {
    std::string line = joined(counted, '=', ' ');
    line.back() = '\n';
    return line;
}

}  // namespace reference
