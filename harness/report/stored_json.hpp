#pragma once
// The lines of a results.jsonl read again: the counterpart of json_lines. Each throws
// nlohmann::json::exception or std::invalid_argument where its line says something else.

#include "harness/report/run_results.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace stormdrain::stored_json {

// Why results with this header cannot be judged again by this build; empty: they can.
std::string why_unreadable(const nlohmann::json& header);

run_facts read_facts(const nlohmann::json& header);
scenario_result read_planned(const nlohmann::json& scenario);
judged_cycle read_judged(const nlohmann::json& cycle);

// To the microsecond, as they are written.
std::chrono::microseconds read_milliseconds(const nlohmann::json& written);

}  // namespace stormdrain::stored_json
