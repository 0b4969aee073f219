#pragma once
// What is known of processes, their descriptors, connections, hangs and remains, as JSON.

#include "harness/cycle/cycle_record.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>

namespace stormdrain {

nlohmann::json to_json_value(const connection_row& row);
nlohmann::json to_json_value(const process_facts& process);
nlohmann::json to_json_value(const std::optional<census>& taken);
nlohmann::json to_json_value(const exit_record& watched);
nlohmann::json to_json_value(const std::optional<connections_held_at>& held);
nlohmann::json to_json_value(const std::optional<hang_record>& hang);
nlohmann::json to_json_value(const residue_record& residue);

}  // namespace stormdrain
