#include "harness/commands/running/run_parts.hpp"

#include "harness/commands/running/planned_results.hpp"
#include "harness/commands/version.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <memory>
#include <string>

namespace stormdrain {

run_facts facts_of(const program& self, const invocation& asked, const plan& planned) {
    run_facts facts;
    facts.inputs = inputs_of(planned);
    facts.through_link = asked.through_link;
    facts.replays_count = std::max<std::uint32_t>(asked.replays_count, 1);
    facts.stormdrain_version = stormdrain_version;
    facts.command = self.command_line;
    facts.program = self.name;
    facts.run_seed = planned.run_seed;
    facts.plan_hash = planned.hash();
    utsname machine{};
    if (::uname(&machine) == 0) {
        facts.hostname = machine.nodename;
        facts.kernel = std::string(machine.sysname) + " " + machine.release;
    }
    facts.machine = machine_facts_of(probe_capabilities(), read_machine_values());
    facts.began = self.now();
    return facts;
}

promises promises_of(const planned_scenario& scenario) {
    promises promised;
    const auto mode = scenario.server->stop.find(scenario.what().stop.mode);
    if (mode != scenario.server->stop.end()) {  // a skipped scenario may have none
        promised.at_stop = mode->second.promises;
    }
    promised.while_running = scenario.server->promises;
    promised.expected = scenario.what().expected;
    promised.known = known_in(scenario.server->known, scenario.from->name, scenario.what().name);
    promised.in_process = scenario.server->lifecycle == target_lifecycle::in_process;
    return promised;
}

void check_jobs(const run_inputs& inputs, std::uint32_t jobs_count) {
    for (const std::shared_ptr<const target>& server : inputs.targets) {
        for (const auto& [name, port] : server->ports) {
            if (jobs_count > 1 && port.source == port_source::fixed) {
                throw usage_error("--jobs " + std::to_string(jobs_count) + " needs free ports: " +
                                  server->file + " has the fixed port \"" + name + "\"");
            }
        }
    }
}

}  // namespace stormdrain
