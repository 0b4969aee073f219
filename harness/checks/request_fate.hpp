#pragma once
// What became of a request, and whether that was legal: the verdict rules R1 to R8, asked in one
// pure function. Rows come from well-behaved clients only; a connection that the harness itself
// reset, stalled or garbled has no row, so it can never count against the server (R8).
//
// Each failed request belongs to exactly one finding:
//   handshake_failed    the TLS handshake did not complete
//   unannounced_close   a reused connection was gone right after a response that did not say so
//   connection_severed  FIN or RST instead of an answer, of which no byte had come
//   response_truncated  FIN or RST after the answer had begun and before it was whole
//   stream_lost         HTTP/2: not answered, although the GOAWAY counts its stream among those
//                       that are
//   request_failed      the rest: refused, lost in silence, wrong status, not HTTP

#include "harness/checks/check.hpp"
#include "harness/checks/disturbance.hpp"
#include "harness/checks/rules/accept_queue_reset.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct request_fate {
    enum class kind {
        failed,      // see finding_id and why
        excused,     // see rule and why
        not_judged,  // the harness's own doing; see why
    } outcome = kind::failed;
    std::string_view finding_id;
    std::string_view rule;
    std::string why;
    // Excused by R1 while no stop was near: at most 1 % of the requests may go this way.
    bool is_running_race = false;
    // Excused by what an origin did: at most as many as it struck.
    bool is_origins_doing = false;
};

// What was going on around the requests of a cycle.
struct request_surroundings {
    std::optional<since_start> stop_triggered;  // T0
    std::optional<since_start> stop_finished;   // TE
    std::optional<since_start> end_forced;      // the harness began to kill the server
    contract at_stop;
    running_contract while_running;
    std::vector<rules::standstill> standstills;
    std::vector<disturbance> disturbances;
    std::vector<disturbance> origin_strikes;
    bool is_scripted = false;  // the requests are no HTTP
    path_record path;          // the links in the way
};

request_surroundings surroundings_of(const cycle_record& record, const promises& promised);

// A fault on the process stood in the server's way between the two.
bool was_disturbed(const request_surroundings& around, since_start from, since_start to);

// Of a row that is in the ledger because it did not go the ordinary way.
request_fate fate_of(const request_row& seen, const request_surroundings& around);

}  // namespace stormdrain
