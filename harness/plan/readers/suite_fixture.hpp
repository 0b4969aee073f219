#pragma once
// A suite file with every key there is, for the tests of its reader.

#include "harness/plan/readers/reader_fixture.hpp"
#include "harness/plan/readers/suite_reader.hpp"

namespace stormdrain {

// One key a line, so that a spoiled value is easily found by its line.
inline constexpr const char* good_suite = R"({
"$schema": "schema/suite.schema.json",
"stormdrain": 1,
"name": "moments",
"description": "d",
"targets": ["../servers/a.json", "/b.json"],
"defaults": {"cycles": 5, "budget": "10min"},
"loads": {
"plain": {"clients": 4, "requests": 50, "requests_per_connection": 1,
"think_time": "5ms", "after_stop": "stay_idle"},
"tls": {"port": "https", "route": "delayed", "protocol": "h2", "streams_per_connection": 2}
},
"faults": {
"reset": {"kind": "connection_reset", "at": "request_headers", "share": 0.25, "times": 3},
"silent": {"kind": "silent_connection", "port": "raw", "connections": 7},
"slow": {"kind": "slow_reader", "chunk": "1KiB", "every": "5ms"}
},
"scenarios": [
{"name": "grid", "tags": ["nightly"], "description": "e",
"matrix": {
"stop.at": ["during_load", "last_close"],
"stop.mode": ["graceful", "fast"],
"load": ["plain", "tls"],
"faults": [["reset", "silent"], []]
},
"stop": {"between": ["5ms", "20ms"]},
"cycles": 2, "budget": "30s", "exit_within": "500ms", "lifecycle": "process"},
{"name": "inline",
"load": {"clients": 1},
"faults": ["silent", {"kind": "half_close"}, {"kind": "idle_keep_alive", "name": "idle"}],
"stop": {"mode": "fast", "at": "accept_burst"}, "links": ["far", "origins"]},
{"name": "bare"},
{"name": "cells", "cycles": 1, "grid": {
"rows": {"quiet": {"description": "f", "faults": ["silent"]}, "busy": {"load": "plain"}},
"columns": {
"now": {"stop": {"mode": "fast", "at": "after_load"}, "faults": [{"kind": "half_close"}]},
"soon": {"stop": {"at": "during_load", "between": ["1ms", "2ms"]}}
},
"except": [{"rows": ["quiet"], "columns": ["soon"], "because": "nobody asks for anything"}]
}}
],
"includes": [
{"suite": "other.json", "filter": "b*", "tags": ["night"], "cycles": 7, "budget": "1min"}
],
"links": {
"far": {"port": "https", "toxics": [
{"type": "latency", "stream": "upstream", "attributes": {"latency": "40ms", "jitter": "5ms"}}]},
"origins": {"between": "target_and_origins", "origin": "web", "toxics": [
{"type": "bandwidth", "name": "narrow", "toxicity": 0.5, "source": "127.0.0.2",
"attributes": {"rate": "1MiB/s"}}]}
}
})";

// What it includes.
inline constexpr const char* other_suite = R"({
"stormdrain": 1, "name": "other", "targets": ["c.json"],
"scenarios": [{"name": "a"}, {"name": "ba", "tags": ["day"]}, {"name": "bb"}]
})";

class SuiteReader : public reader_fixture {
protected:
    void SetUp() override { write("other.json", other_suite); }
    std::shared_ptr<const suite> read(const std::string& text) {
        problems_.clear();
        return read_suite(write("suite.json", text), problems_);
    }
    std::vector<problem> problems_;
};

}  // namespace stormdrain
