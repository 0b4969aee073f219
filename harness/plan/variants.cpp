#include "harness/plan/variants.hpp"

namespace stormdrain {

std::vector<scenario> expand_matrix(const scenario& base, const std::vector<dimension>& rows) {
    std::vector<scenario> expanded{base};
    std::string separator = "/";
    for (const dimension& row : rows) {
        std::vector<scenario> next;
        for (const scenario& before : expanded) {
            for (const variant& each : row.variants) {
                if (next.size() > variants_max) {
                    return next;
                }
                scenario& made = next.emplace_back(before);
                made.name.append(separator).append(row.name).append("=").append(each.value);
                each.apply(made);
            }
        }
        expanded = std::move(next);
        separator = ",";
    }
    return expanded;
}

}  // namespace stormdrain
