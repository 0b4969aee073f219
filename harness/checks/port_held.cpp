#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

namespace stormdrain::checks {
namespace {

// "http (8080)"; a UNIX socket has no number.
std::string shown(const port_record& port) {
    return port.number == 0 ? port.name + " (a UNIX socket)"
                            : port.name + " (" + std::to_string(port.number) + ")";
}

judgement examine(const cycle_record& record, const promises&) {
    if (!record.exit) {
        return record.in_process ? not_applicable("the process goes on after a restart")
                                 : not_judged("the server's exit was not seen");
    }
    if (forced_at(record)) {
        return not_judged("the harness killed the server; see shutdown_deadline");
    }
    if (record.ports.empty()) {
        return not_judged("no port was tried after the exit");
    }
    std::vector<std::string> held;
    for (const port_record& port : record.ports) {
        if (!port.bindable) {
            held.push_back("port " + shown(port) + " cannot be bound again" +
                           (port.holder.empty() ? "" : ", held by " + port.holder));
        }
    }
    if (held.empty()) {
        return kept();
    }
    const std::string first = held.front();
    for (const port_record& port : record.ports) {
        // R10: TIME_WAIT belongs to nobody. To be told from a port that is held, no more.
        if (port.bindable && !port.bindable_without_reuse && port.number != 0) {
            held.push_back("port " + shown(port) +
                           " can be bound again, with SO_REUSEADDR: its connections are in "
                           "TIME_WAIT, which is legal");
        }
    }
    return broken("promised to release its ports: " + first, std::move(held));
}

}  // namespace

extern const check port_held;
const check port_held{
    .name = "port_held",
    .summary = "Once the server has ended, its ports can be bound again.",
    .needs = check::subject::any_server,
    .examine = examine,
};

}  // namespace stormdrain::checks
