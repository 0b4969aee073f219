#pragma once
// An origin that a target asks the harness to play.

#include "harness/origin/origin_record.hpp"

#include <string>
#include <vector>

namespace stormdrain {

struct origin_plan {
    std::string name;
    origin_protocol speaks = origin_protocol::http;
    std::vector<std::string> hosts;  // names it answers for, and that its certificate is made for
    bool operator==(const origin_plan&) const = default;
};

}  // namespace stormdrain
