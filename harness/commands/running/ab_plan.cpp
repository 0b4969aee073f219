#include "harness/commands/running/ab_plan.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace stormdrain {
namespace {

// As reports and ids name it; the rest is its own.
class renamed_targets {
public:
    std::shared_ptr<const target> get(const std::shared_ptr<const target>& server,
                                      const std::string& name) {
        std::shared_ptr<const target>& made = made_[server.get()];
        if (!made) {
            auto copy = std::make_shared<target>(*server);
            copy->name = name;
            made = std::move(copy);
        }
        return made;
    }

private:
    std::map<const target*, std::shared_ptr<const target>> made_;
};

const planned_scenario& same_in(const plan& other, const planned_scenario& wanted) {
    const auto found = std::ranges::find_if(other.scenarios, [&](const planned_scenario& each) {
        return each.from->file == wanted.from->file && each.scenario_index == wanted.scenario_index;
    });
    if (found == other.scenarios.end()) {
        throw std::logic_error("the other build's plan lacks " + wanted.id);
    }
    return *found;
}

void skip(planned_scenario& what, const std::string& because) {
    what.skipped_because = because;
    what.cycles.clear();
}

}  // namespace

ab_plan make_ab_plan(plan a, const plan& b) {
    renamed_targets targets;
    ab_plan made;
    made.b.run_seed = made.both.run_seed = a.run_seed;
    for (planned_scenario& first : a.scenarios) {
        const planned_scenario& same = same_in(b, first);
        planned_scenario second = first;
        second.server = targets.get(same.server, first.server->name);
        if (first.skipped_because.empty() && !same.skipped_because.empty()) {
            skip(first, "the other build cannot run it: " + same.skipped_because);
        }
        if (!first.skipped_because.empty()) {
            skip(second, first.skipped_because);
        }
        made.both.scenarios.push_back(first);
        made.both.scenarios.push_back(second);
        made.b.scenarios.push_back(std::move(second));
    }
    made.a = std::move(a);
    return made;
}

}  // namespace stormdrain
