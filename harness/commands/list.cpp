#include "harness/commands/inputs.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/running/run_share.hpp"
#include "harness/commands/selection_guess.hpp"
#include "harness/plan/shard.hpp"
#include "harness/statistics/binomial.hpp"

#include <nlohmann/json.hpp>

#include <ostream>

namespace stormdrain {
namespace {

void list_as_text(std::ostream& out, const plan& planned) {
    for (const planned_scenario& scenario : planned.scenarios) {
        out << scenario.id << "  ";
        if (scenario.skipped_because.empty()) {
            out << scenario.cycles.size() << (scenario.cycles.size() == 1 ? " cycle" : " cycles");
        } else {
            out << "skipped: " << scenario.skipped_because;
        }
        out << "\n";
    }
    out << planned.scenarios.size() << " scenarios, " << planned.cycles_count() << " cycles, seed "
        << to_hex(planned.run_seed) << ", plan " << to_hex(planned.hash()) << "\n";
}

nlohmann::json faults_of(const scenario& what) {
    nlohmann::json faults = nlohmann::json::array();
    for (const fault_use& use : what.faults) {
        faults.push_back({{"name", use.name},
                          {"kind", use.kind},
                          {"port", use.port},
                          {"settings", nlohmann::json::parse(use.settings)}});
    }
    return faults;
}

nlohmann::json links_of(const scenario& what) {
    nlohmann::json links = nlohmann::json::array();
    for (const link_use& link : what.links) {
        nlohmann::json toxics = nlohmann::json::array();
        for (const toxic_spec& toxic : link.toxics) {
            toxics.push_back(nlohmann::json::parse(to_api_json(toxic)));
        }
        links.push_back({{"name", link.name},
                         {"between", to_text(link.between)},
                         {"only", link.only},
                         {"toxics", std::move(toxics)}});
    }
    return links;
}

std::string_view name_of(option_source from) {
    switch (from) {
        case option_source::preset:
            return "default";
        case option_source::environment:
            return "environment";
        case option_source::command_line:
            return "command_line";
    }
    return "";
}

// The values in force, and who said so.
nlohmann::json options_of(const invocation& asked) {
    nlohmann::json options = nlohmann::json::array();
    for (const option_value& one : asked.in_force) {
        options.push_back(
            {{"name", one.name}, {"values", one.values}, {"from", name_of(one.from)}});
    }
    return options;
}

void list_as_json(std::ostream& out, const invocation& asked, const plan& planned) {
    nlohmann::json scenarios = nlohmann::json::array();
    for (const planned_scenario& scenario : planned.scenarios) {
        nlohmann::json row{{"id", scenario.id},
                           {"target", scenario.server->file},
                           {"suite", scenario.from->file},
                           {"line", scenario.what().line},
                           {"description", scenario.what().description},
                           {"tags", scenario.what().tags},
                           {"faults", faults_of(scenario.what())},
                           {"links", links_of(scenario.what())},
                           {"cycles", scenario.cycles.size()}};
        if (!scenario.skipped_because.empty()) {
            row["skipped_because"] = scenario.skipped_because;
        } else if (!scenario.cycles.empty()) {
            row["shows_share"] = probability_ruled_out(scenario.cycles.size());
        }
        scenarios.push_back(std::move(row));
    }
    const nlohmann::json listing{{"seed", to_hex(planned.run_seed)},
                                 {"plan_hash", to_hex(planned.hash())},
                                 {"cycles", planned.cycles_count()},
                                 {"options", options_of(asked)},
                                 {"scenarios", std::move(scenarios)}};
    out << listing.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

}  // namespace

exit_code list_command(const program& self, const invocation& asked) {
    const run_inputs inputs = read_inputs(asked, self.bin_folder);
    const std::optional<found_shard> shard = find_shard(asked.shard, own_environment());
    const plan planned = shard ? shard_of(inputs.planned, shard->which) : inputs.planned;
    if (asked.json) {
        list_as_json(self.out, asked, planned);
    } else {
        list_as_text(self.out, planned);
    }
    if (inputs.planned.scenarios.empty()) {
        say_what_was_meant(self.problems, asked, self.bin_folder);
        return exit_code::none_selected;
    }
    return exit_code::kept;
}

}  // namespace stormdrain
