#include "faults/link/link_set.hpp"

#include <utility>

namespace stormdrain {

fault_link* link_set::find(std::string_view name) {
    const auto found = links_.find(name);
    return found == links_.end() ? nullptr : found->second.get();
}

boost::system::error_code link_set::add(const link_spec& spec) {
    link_options options;
    options.listen = spec.listen;
    options.upstream = spec.upstream;
    options.randomness = derive(randomness_, spec.name, 0);
    options.dial_limit = spec.dial_limit;
    auto made = std::make_unique<fault_link>(executor_, std::move(options));
    for (const toxic_spec& toxic : spec.toxics) {
        made->add(toxic);
    }
    boost::system::error_code error;
    if (spec.starts == link_spec::state::enabled) {
        error = made->start();
    }
    if (!error) {
        links_.insert_or_assign(spec.name, std::move(made));
    }
    return error;
}

bool link_set::remove(std::string_view name) {
    const auto found = links_.find(name);
    if (found == links_.end()) {
        return false;
    }
    links_.erase(found);
    return true;
}

}  // namespace stormdrain
