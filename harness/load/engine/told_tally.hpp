#pragma once
// What a client wrote down, as text that two clients can be compared by. For tests only.

#include "harness/load/ledger.hpp"

#include <sstream>
#include <string>

namespace stormdrain {

// All of a tally but its times and its ids.
inline std::string told(const request_tally& tally) {
    std::ostringstream out;
    out << tally.started << " begun, " << tally.ordinary << " ordinary, " << tally.reused_connection
        << " reused, " << tally.unusual_count << " unusual, " << tally.failed_on_fresh << "+"
        << tally.failed_on_reused << " failed, " << tally.connections_opened
        << " connections, at most " << tally.response_bytes_max << " bytes; latency "
        << tally.latency.count() << ", whole " << tally.whole_time.count() << ", connects "
        << tally.connect_time.count() << ", handshakes " << tally.handshake_time.count() << " with "
        << tally.handshakes_resumed << " resumed\n";
    for (const body_sizes& sizes : tally.bodies) {
        out << sizes.route << ": " << sizes.count << " of " << sizes.min << " to " << sizes.max
            << "\n";
    }
    for (const failure_class& kind : tally.failures) {
        out << kind.count << " " << to_text(kind.phase) << " " << to_text(kind.end) << " '"
            << kind.error << "' " << to_text(kind.family) << (kind.on_reused ? " reused\n" : "\n");
    }
    for (const request_row& row : tally.unusual) {
        out << row.id << " on " << row.connection << "/" << row.number_on_connection << " "
            << row.route << (row.idempotent ? " idempotent " : " ") << row.status << " "
            << row.response_bytes << " " << row.body_bytes << " of "
            << row.body_announced.value_or(0) << (row.chunked ? " chunked" : "")
            << (row.close_announced ? " closes " : " ") << to_text(row.end) << " '" << row.error
            << "' " << to_text(row.phase) << (row.first_byte_sent ? " sent" : "")
            << (row.all_sent ? " whole" : "") << (row.first_byte_received ? " received" : "")
            << " stream " << row.stream << " of " << row.goaway_last_stream.value_or(0) << "\n";
    }
    return out.str();
}

}  // namespace stormdrain
