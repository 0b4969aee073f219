#include "harness/plan/through_link.hpp"

#include <algorithm>

namespace stormdrain {

std::shared_ptr<const suite> through_link(const suite& original) {
    auto led = std::make_shared<suite>(original);
    for (scenario& what : led->scenarios) {
        const bool has_one = std::ranges::any_of(what.links, [](const link_use& link) {
            return link.between == link_place::load_and_target;
        });
        if (!has_one) {
            what.links.push_back({"link", link_place::load_and_target, "", {}});
        }
    }
    for (std::shared_ptr<const suite>& part : led->included) {
        part = through_link(*part);
    }
    return led;
}

}  // namespace stormdrain
