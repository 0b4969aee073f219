#include "harness/plan/known_finding.hpp"

#include "harness/plan/plan.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace stormdrain {

std::string to_text(const known_finding& what) {
    std::string text = what.origin;
    text += what.versions.empty() ? "" : " (" + what.versions + ")";
    text += what.note.empty() ? "" : ": " + what.note;
    return text;
}

std::vector<known_finding> known_in(const std::vector<known_finding>& all, const std::string& suite,
                                    const std::string& scenario) {
    std::vector<known_finding> found;
    std::ranges::copy_if(all, std::back_inserter(found), [&](const known_finding& what) {
        return matches_filter(suite + "/" + scenario, what.scenario);
    });
    return found;
}

std::vector<std::string> patterns_without_scenario(const known_finding& what, const suite& from) {
    const std::string wanted = what.scenario.substr(0, what.scenario.find('-'));
    std::vector<std::string> found;
    std::istringstream patterns(wanted);
    for (std::string pattern; std::getline(patterns, pattern, ':');) {
        // One for several suites may be meant for another one.
        if (pattern.substr(0, pattern.find('/')) != from.name) {
            continue;
        }
        const bool is_met = std::ranges::any_of(from.scenarios, [&](const scenario& each) {
            return matches_filter(from.name + "/" + each.name, pattern);
        });
        if (!is_met) {
            found.push_back(pattern);
        }
    }
    return found;
}

}  // namespace stormdrain
