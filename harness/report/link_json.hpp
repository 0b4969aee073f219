#pragma once
// What links in the path did, as JSON.

#include "harness/cycle/link_record.hpp"

#include <nlohmann/json.hpp>

namespace stormdrain {

nlohmann::json to_json_value(const path_record& path);

}  // namespace stormdrain
