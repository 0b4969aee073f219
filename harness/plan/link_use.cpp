#include "harness/plan/link_use.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

constexpr std::array<std::pair<std::string_view, link_place>, 2> place_words{
    {{"load_and_target", link_place::load_and_target},
     {"target_and_origins", link_place::target_and_origins}}};

duration delay_max_of(const toxic_spec& toxic) {
    return toxic.kind->delay_max != nullptr ? toxic.kind->delay_max(toxic.values)
                                            : duration::zero();
}

bool has_harm(std::span<const link_use> links, toxic_harm harm) {
    return std::ranges::any_of(links, [harm](const link_use& link) {
        return link.between == link_place::load_and_target &&
               std::ranges::any_of(link.toxics, [harm](const toxic_spec& toxic) {
                   return toxic.kind->harm == harm;
               });
    });
}

}  // namespace

std::string_view to_text(link_place between) {
    return place_words.at(static_cast<std::size_t>(between)).first;
}

std::span<const std::pair<std::string_view, link_place>> link_place_words() {
    return place_words;
}

path_delay delay_of(const link_use& link) {
    path_delay sum;
    for (const toxic_spec& toxic : link.toxics) {
        // A dial that comes later holds back what the client says first.
        const bool holds_dial = toxic.kind->before_dial != nullptr;
        duration& way =
            holds_dial || toxic.stream == stream_direction::upstream ? sum.up : sum.down;
        way += delay_max_of(toxic);
    }
    return sum;
}

path_delay delay_of(std::span<const link_use> links, link_place between) {
    path_delay worst;
    for (const link_use& link : links) {
        if (link.between == between) {
            const path_delay one = delay_of(link);
            worst.up = std::max(worst.up, one.up);
            worst.down = std::max(worst.down, one.down);
        }
    }
    return worst;
}

std::vector<held_condition> conditions_of(std::span<const link_use> links) {
    std::vector<held_condition> held;
    if (has_harm(links, toxic_harm::slow)) {
        held.push_back(held_condition::slow_reader);
    }
    if (has_harm(links, toxic_harm::silence)) {
        held.push_back(held_condition::vanished);
    }
    return held;
}

duration allowance_of(std::span<const link_use> links) {
    return round_trips_of_stop * (delay_of(links, link_place::load_and_target).round_trip() +
                                  delay_of(links, link_place::target_and_origins).round_trip());
}

}  // namespace stormdrain
