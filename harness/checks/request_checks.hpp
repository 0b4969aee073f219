#pragma once
// The checks that read the ledger of requests: each reports those whose fate is its own finding.

#include "harness/checks/check.hpp"

#include <string_view>

namespace stormdrain {

// All requests of a cycle as the check `finding_id` sees them: it reports those that are its own.
judgement judge_requests(std::string_view finding_id, const cycle_record& record,
                         const promises& promised);

// Some HTTP/2 connection of the load has a row: it met the stop, heard a GOAWAY, or was closed by
// the server.
bool speaks_http2(const request_tally& requests);

}  // namespace stormdrain
