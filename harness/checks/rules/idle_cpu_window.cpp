#include "harness/checks/rules/idle_cpu_window.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_spinning(double cpu_share) {
    return cpu_share > idle_cpu_share_max;
}

bool is_known_to_spin(std::string_view fault_kind,
                      const std::optional<descriptor_limit_promise>& promised) {
    return fault_kind == "descriptor_limit" && promised == descriptor_limit_promise::spin;
}

extern const rule idle_cpu_window;
const rule idle_cpu_window{
    .number = "R21",
    .name = "idle_cpu_window",
    .summary =
        "Processor time counts only while nothing is asked of the server, and from 20 % of a core "
        "on: handshakes and draining cost what they cost.",
    .source = "joyent/libuv#690; oven-sh/bun#32705",
};

}  // namespace stormdrain::rules
