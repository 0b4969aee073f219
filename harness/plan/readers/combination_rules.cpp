#include "harness/plan/readers/combination_rules.hpp"

#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace stormdrain {

void complain_of_combinations(object_reader& keys, const std::vector<scenario>& variants,
                              bool offset_given) {
    const auto complain = [&](std::string_view key, auto broken, const std::string& message) {
        const auto found = std::ranges::find_if(variants, [&broken](const scenario& each) {
            return each.excluded_because.empty() && broken(each);
        });
        if (found != variants.end()) {
            keys.complain(key, message + " (" + found->name + ")");
        }
    };
    complain(
        "stop", [](const scenario& each) { return needs_load(each.stop.at) && !each.load; },
        "expected a load, the stop's moment is tied to one");
    complain(
        "stop",
        [](const scenario& each) {
            return each.stop.at == stop_moment::at_rest &&
                   std::ranges::any_of(each.faults, [](const fault_use& use) {
                       return use.what && use.what->strikes_at_stop();
                   });
        },
        "expected a moment other than at_rest, a fault waits for the stop");
    complain(
        "faults",
        [](const scenario& each) {
            return !each.load && std::ranges::any_of(each.faults, [](const fault_use& use) {
                return use.share > 0;
            });
        },
        "expected a load, a fault takes a share of its clients");
    complain(
        "expect",
        [](const scenario& each) {
            return !each.load && (each.expected.p99 || each.expected.origin_reuse_min);
        },
        "expected a load, p99 and origin_reuse are measured on its requests");
    complain(
        "log_sink",
        [](const scenario& each) {
            return each.log_sink != output_sink::pipe &&
                   std::ranges::any_of(each.faults, [](const fault_use& use) {
                       return use.kind == "slow_log_sink" || use.kind == "stalled_log_sink";
                   });
        },
        "expected \"pipe\", a fault holds the log back");
    complain(
        "name",
        [](const scenario& each) { return each.name.size() > scenario_name_characters_max; },
        "expected at most " + std::to_string(scenario_name_characters_max) +
            " characters with the matrix' suffixes");
    const bool offset_used = std::ranges::any_of(
        variants, [](const scenario& each) { return has_offset(each.stop.at); });
    if (offset_given && !offset_used) {
        keys.complain("stop",
                      "expected no \"between\", only the moments during_load, accept_burst and "
                      "during_start have an offset");
    }
}

}  // namespace stormdrain
