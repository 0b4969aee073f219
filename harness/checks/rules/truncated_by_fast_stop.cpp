#include "harness/checks/rules/truncated_by_fast_stop.hpp"

#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_cut_by_fast_stop(const request_row& row, const std::optional<since_start>& stop,
                         const contract& promised) {
    if (promised.in_flight != in_flight_promise::truncate || !ended_after(row, stop)) {
        return false;
    }
    // A request that got no byte is not truncated; its end comes with the server's at the latest.
    return row.response_bytes == 0 || row.ended <= *stop + truncation_limit;
}

bool is_false_end(const request_row& row, const std::optional<since_start>& stop,
                  const body_sizes& usual) {
    // Fewer say nothing of a page that changes.
    constexpr std::uint64_t answers_min = 5;
    const bool is_constant = usual.count >= answers_min && usual.min == usual.max;
    return row.end == request_end::answered && row.chunked && ended_after(row, stop) &&
           is_constant && row.body_bytes < usual.min;
}

extern const rule truncated_by_fast_stop;
const rule truncated_by_fast_stop{
    .number = "R7",
    .name = "truncated_by_fast_stop",
    .summary =
        "An answer that is cut is excused where the stop mode truncates and it ends by FIN or RST "
        "within 1 s of the stop, but never by a valid last chunk.",
    .source = "RFC 9112 section 8; nginx, HAProxy and lighttpd on SIGTERM",
};

}  // namespace stormdrain::rules
