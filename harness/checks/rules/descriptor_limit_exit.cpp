#include "harness/checks/rules/descriptor_limit_exit.hpp"

#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain::rules {
bool is_exit_at_limit(const fault_record& fault, const std::optional<since_start>& exited,
                      const running_contract& promised) {
    if (promised.at_descriptor_limit != descriptor_limit_promise::exit || !exited ||
        fault.kind != "descriptor_limit") {
        return false;
    }
    return std::ranges::any_of(fault.injections, [&exited](const injection& one) {
        return one.delivered && one.struck <= *exited;
    });
}

extern const rule descriptor_limit_exit;
const rule descriptor_limit_exit{
    .number = "R30",
    .name = "descriptor_limit_exit",
    .summary =
        "A server that ends by itself when it is out of descriptors keeps its promise where the "
        "contract says that it exits.",
    .source = "envoyproxy/envoy#980",
};

}  // namespace stormdrain::rules
