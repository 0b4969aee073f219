#pragma once
// What origins saw of the proxy in front of them, as JSON.

#include "harness/origin/origin_record.hpp"

#include <nlohmann/json_fwd.hpp>

namespace stormdrain {

nlohmann::json to_json_value(const origin_record& origin);
nlohmann::json to_json_value(const upstream_row& row);

}  // namespace stormdrain
