#pragma once
// What one cycle did, lane by lane, as its timeline draws it: made of the cycle's record as it
// stands in results.jsonl, and bounded, whatever the cycle did.

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::page {

enum class span_kind { starting, serving, stopping, overdue, open, request, failed_request };
enum class mark_kind { note, fault, stop, listener_gone, deadline, kill, finished };

struct story_span {
    double from_ms = 0;
    double to_ms = 0;
    span_kind kind = span_kind::open;
    std::string what;
};

struct story_mark {
    double at_ms = 0;
    mark_kind kind = mark_kind::note;
    std::string what;
};

struct story_lane {
    std::string name;
    std::vector<story_span> spans;
    std::vector<story_mark> marks;
};

// A fault that arrived, and what proves it.
struct story_fault {
    double at_ms = 0;
    std::string kind;
    std::string where;  // "connection 3", "the server"
    std::string proof;
};

struct story_event {
    double at_ms = 0;
    std::string what;
};

struct cycle_story {
    static constexpr std::size_t connections_max = 10;  // those with faults first
    static constexpr std::size_t spans_max = 40;        // of one lane
    static constexpr std::size_t events_max = 24;
    static constexpr std::size_t faults_max = 4;  // with their proofs; of more, the first

    std::uint32_t cycle = 0;
    double total_ms = 0;
    std::optional<double> stop_ms;
    std::optional<double> deadline_ms;
    std::vector<story_lane> lanes;  // server, listener, then connections
    std::size_t connections_left_out = 0;
    std::vector<story_fault> faults;
    std::size_t faults_left_out = 0;
    std::vector<story_event> events;
    std::string folder;      // "cycles/SCENARIO/CYCLE", beside the page; empty: there is none
    std::string last_words;  // the end of the server's output
    std::string hang;        // why it did not stop; empty: it did
};

// How much of a cycle is told; by default what a page has room for.
struct story_bounds {
    std::size_t connections_max = cycle_story::connections_max;
    std::size_t spans_max = cycle_story::spans_max;
    std::size_t events_max = cycle_story::events_max;
};

// Throws nlohmann::json::exception when it is no record.
cycle_story story_of(const nlohmann::json& record, const story_bounds& bounds = {});

// Where what was kept of the cycle may lie, seen from the page: beside it, or in the folder of its
// shard, which comes first, where shards were merged. Empty: the server's output went nowhere.
std::vector<std::string> evidence_folders_of(const nlohmann::json& record);

}  // namespace stormdrain::page
