#pragma once
// What the machine of a run allowed: `stormdrain doctor`'s two tables as a value, kept with the
// results, so that it can be said of a verdict what it could not look at.

#include "harness/process/machine/capabilities.hpp"
#include "harness/process/machine/machine_values.hpp"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct machine_mechanism {
    std::string name;        // "sock_diag"
    std::string state;       // "available"; of several machines that differ, each of theirs
    bool is_needed = false;  // for every verdict
    std::string why;         // "socket(): Operation not permitted"; empty: available
    std::string without;     // what is lost where it is missing
    bool operator==(const machine_mechanism&) const = default;

    bool is_available() const { return state == to_text(capability::state::available); }
};

struct machine_setting {
    std::string name;     // "somaxconn"
    std::string value;    // as above
    std::string matters;  // what depends on it
    bool operator==(const machine_setting&) const = default;
};

struct machine_facts {
    std::vector<machine_mechanism> mechanisms;  // empty: the run did not say
    std::vector<machine_setting> settings;
    bool operator==(const machine_facts&) const = default;
};

machine_facts machine_facts_of(std::span<const capability> mechanisms,
                               std::span<const machine_value> values);

// As `stormdrain doctor --json` and the header of results.jsonl have them.
nlohmann::json to_json_value(const machine_facts& machine);
// Throws nlohmann::json::exception.
machine_facts read_machine_facts(const nlohmann::json& written);

// A run of several machines says of each thing what they all say of it.
void add_machine(machine_facts& to, const machine_facts& another);

}  // namespace stormdrain
