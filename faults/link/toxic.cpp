#include "faults/link/toxic.hpp"

#include <algorithm>

namespace stormdrain {

const toxic_kind* find_toxic(std::string_view name) {
    const auto catalogue = toxic_catalogue();
    const auto found = std::ranges::find(catalogue, name, &toxic_kind::name);
    return found == catalogue.end() ? nullptr : *found;
}

}  // namespace stormdrain
