#include "harness/checks/rules/descriptor_limit_exit.hpp"

#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain::rules {

bool is_exit_at_limit(const fault_record& fault, const end_of_process& seen,
                      const running_contract& promised) {
    const bool by_itself = seen.exited && (!seen.stop || *seen.exited < *seen.stop);
    if (promised.at_descriptor_limit != descriptor_limit_promise::exit || !by_itself ||
        fault.kind != "descriptor_limit") {
        return false;
    }
    return std::ranges::any_of(fault.injections, [&seen](const injection& one) {
        return one.delivered && one.struck <= *seen.exited;
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
