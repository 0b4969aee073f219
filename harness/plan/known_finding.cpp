#include "harness/plan/known_finding.hpp"

#include "harness/plan/plan.hpp"

#include <algorithm>
#include <iterator>

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

}  // namespace stormdrain
