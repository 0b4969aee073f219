#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain {

const rule* find_rule(std::string_view number_or_name) {
    const auto catalogue = rule_catalogue();
    const auto found = std::ranges::find_if(catalogue, [number_or_name](const rule* one) {
        return one->number == number_or_name || one->name == number_or_name;
    });
    return found == catalogue.end() ? nullptr : *found;
}

}  // namespace stormdrain
