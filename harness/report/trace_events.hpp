#pragma once
// A cycle as a trace in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open: a
// track each for the server's process, its listener and every connection, what the harness did, and
// what the server held. Made of the cycle's record as it stands in results.jsonl.

#include <nlohmann/json_fwd.hpp>

#include <ostream>

namespace stormdrain {

// Throws nlohmann::json::exception when it is no record.
void write_trace_events(std::ostream& out, const nlohmann::json& record);

}  // namespace stormdrain
