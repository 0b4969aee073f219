#include "harness/checks/rules/goaway.hpp"

#include "harness/checks/rules/rule.hpp"
#include "harness/net/http2/client_session.hpp"

namespace stormdrain::rules {

goaway_promise promised_goaway(const contract& promised) {
    const auto without_saying = promised.in_flight == in_flight_promise::truncate
                                    ? goaway_promise::none
                                    : goaway_promise::once;
    return promised.goaway.value_or(without_saying);
}

bool is_counted_stream(const request_row& row, const std::optional<since_start>& stop) {
    const bool came_to_nothing = row.end == request_end::reset ||
                                 row.end == request_end::end_of_stream ||
                                 row.end == request_end::timed_out;
    if (!came_to_nothing || row.stream == 0 || !row.goaway_last_stream) {
        return false;
    }
    const bool was_sent_before = !stop || (row.all_sent && *row.all_sent < *stop);
    return *row.goaway_last_stream == every_http2_stream ? was_sent_before
                                                         : row.stream <= *row.goaway_last_stream;
}

bool refuses_without_notice(const http2_connection_row& row) {
    return row.goaways_count > 0 && row.first_last_stream < row.highest_stream_at_first;
}

extern const rule goaway;
const rule goaway{
    .number = "R23",
    .name = "goaway",
    .summary =
        "HTTP/2: a stream above the last one that a GOAWAY names was not processed and may be "
        "asked again, as may one that is refused; a stream at or below it is answered; a "
        "connection that is already gone hears no GOAWAY.",
    .source = "RFC 9113 sections 6.8 and 8.7; cloudflare/pingora#865",
};

}  // namespace stormdrain::rules
