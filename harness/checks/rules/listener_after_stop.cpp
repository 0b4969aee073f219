#include "harness/checks/rules/listener_after_stop.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_kept_too_long(listener_promise promised, duration kept_for) {
    return promised == listener_promise::close_at_once && kept_for > slack_for(duration::zero());
}

extern const rule listener_after_stop;
const rule listener_after_stop{
    .number = "R19",
    .name = "listener_after_stop",
    .summary =
        "A listener that stays open after the stop is legal where the contract has it close at "
        "exit, or serve on while draining; otherwise it has 2 s.",
    .source = "benoitc/gunicorn#922; envoyproxy/envoy#8031",
};

}  // namespace stormdrain::rules
