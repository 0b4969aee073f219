#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/surviving_children.hpp"
#include "harness/checks/traits.hpp"

namespace stormdrain::checks {
namespace {

std::string describe(const process_facts& process) {
    return process.command + " (pid " + std::to_string(process.pid) + ", state " + process.state +
           ", " + counted(process.descriptors.size(), "descriptor") + ")";
}

judgement examine(const cycle_record& record, const promises&) {
    if (!record.exit) {
        return record.in_process ? not_applicable("the process goes on after a restart")
                                 : not_judged("the server's exit was not seen");
    }
    if (forced_at(record)) {
        return not_judged("the harness killed the server; see shutdown_deadline");
    }
    std::vector<std::string> alive;
    std::string first_alive;
    std::vector<std::string> zombies;
    for (const process_facts& process : record.orphans) {
        const bool is_zombie = rules::survivor_of(process.state) == rules::survivor::zombie;
        (is_zombie ? zombies : alive).push_back(describe(process));
        first_alive = first_alive.empty() && !is_zombie ? process.command : first_alive;
    }
    if (!alive.empty()) {
        return identified_by(
            broken("promised to leave no process: " + std::to_string(alive.size()) +
                       " alive after the exit, " + alive.front(),
                   alive),
            {"outlives: " + without_numbers(first_alive)});
    }
    if (!zombies.empty()) {
        return warned("left a zombie that nobody reaps: " + zombies.front(), zombies);
    }
    return kept();
}

}  // namespace

extern const check orphan_process;
const check orphan_process{
    .name = "orphan_process",
    .summary = "No process of the server's tree outlives it.",
    .starvation = check::timing::sensitive,
    .needs = check::subject::any_server,
    .examine = examine,
};

}  // namespace stormdrain::checks
