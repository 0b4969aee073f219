#include "harness/commands/doctor.hpp"

#include "harness/commands/columns.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/version.hpp"
#include "harness/report/machine_facts.hpp"

#include <nlohmann/json.hpp>

#include <ostream>
#include <string_view>
#include <vector>

namespace stormdrain {
namespace {

constexpr std::size_t name_width = 25;
constexpr std::size_t state_width = 12;
constexpr std::size_t value_width = 32;

void add_mechanism(std::string& page, const capability& one) {
    constexpr std::size_t indent = name_width + state_width;
    const bool needed = one.needed_for == capability::need::every_verdict;
    add_wrapped(page,
                padded(std::string(one.name) + (needed ? " *" : ""), name_width) +
                    padded(to_text(one.found), state_width),
                one.without, indent);
    if (!one.why.empty()) {
        add_wrapped(page, std::string(indent, ' '), "(" + one.why + ")", indent);
    }
}

void add_value(std::string& page, const machine_value& one) {
    constexpr std::size_t indent = name_width + value_width;
    std::string before = padded(one.name, name_width) + one.value;
    if (one.value.size() >= value_width) {  // a core_pattern may be any command line
        page += before + "\n";
        before.clear();
    }
    add_wrapped(page, padded(before, indent), one.matters, indent);
}

std::string names_missing(std::span<const capability> mechanisms) {
    std::string names;
    for (const capability& one : mechanisms) {
        if (one.needed_for == capability::need::every_verdict &&
            one.found == capability::state::missing) {
            names += (names.empty() ? "" : ", ") + std::string(one.name);
        }
    }
    return names;
}

nlohmann::json to_json(const std::vector<capability>& mechanisms,
                       const std::vector<machine_value>& values) {
    nlohmann::json page = to_json_value(machine_facts_of(mechanisms, values));
    page["stormdrain"] = stormdrain_version;
    page["can_judge"] = can_judge(mechanisms);
    return page;
}

}  // namespace

std::string doctor_page(std::span<const capability> mechanisms,
                        std::span<const machine_value> values) {
    std::string page =
        padded("mechanism", name_width) + padded("here", state_width) + "without it\n";
    for (const capability& one : mechanisms) {
        add_mechanism(page, one);
    }
    page += "* needed for every verdict\n\n";
    page += padded("value", name_width) + padded("here", value_width) + "what depends on it\n";
    for (const machine_value& one : values) {
        add_value(page, one);
    }
    const std::string missing = names_missing(mechanisms);
    page += missing.empty() ? "\nEverything that verdicts need is here.\n"
                            : "\nNothing can be judged here: " + missing + " missing.\n";
    return page;
}

exit_code doctor_command(const program& self, const invocation& asked) {
    const std::vector<capability> mechanisms = probe_capabilities();
    const std::vector<machine_value> values = read_machine_values();
    if (asked.json) {
        self.out << to_json(mechanisms, values)
                        .dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                 << "\n";
    } else {
        self.out << doctor_page(mechanisms, values);
    }
    return can_judge(mechanisms) ? exit_code::kept : exit_code::not_judged;
}

}  // namespace stormdrain
