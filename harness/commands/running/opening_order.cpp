#include "harness/commands/running/opening_order.hpp"

#include "harness/plan/known_finding.hpp"

#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace stormdrain {
namespace {

// Places of a target's scenarios in the plan, in its order.
using places = std::vector<std::size_t>;

std::map<const target*, places> by_target(const plan& planned) {
    std::map<const target*, places> all;
    for (std::size_t i = 0; i < planned.scenarios.size(); ++i) {
        if (planned.scenarios[i].skipped_because.empty()) {
            all[planned.scenarios[i].server.get()].push_back(i);
        }
    }
    return all;
}

// Every part of the list is soon met: each place lies far from those before it.
places in_strides(const places& from) {
    constexpr double golden = 0.618033988749895;
    std::size_t stride = static_cast<std::size_t>(golden * static_cast<double>(from.size()));
    while (std::gcd(stride, from.size()) != 1) {
        ++stride;
    }
    places met;
    for (std::size_t i = 0; i < from.size(); ++i) {
        met.push_back(from[i * stride % from.size()]);
    }
    return met;
}

// Those first that are the first to show a known defect.
places with_known_first(const places& from, const plan& planned) {
    places known;
    places others;
    std::set<std::pair<int, std::string>> shown;
    for (const std::size_t place : from) {
        const planned_scenario& one = planned.scenarios[place];
        bool is_first = false;
        for (const known_finding& defect :
             known_in(one.server->known, one.from->name, one.what().name)) {
            is_first = shown.emplace(defect.line, defect.finding).second || is_first;
        }
        (is_first ? known : others).push_back(place);
    }
    known.insert(known.end(), others.begin(), others.end());
    return known;
}

}  // namespace

std::vector<std::size_t> opening_order(const plan& planned) {
    std::vector<std::size_t> ranks(planned.scenarios.size());
    for (const auto& [server, own] : by_target(planned)) {
        const places order = with_known_first(in_strides(own), planned);
        for (std::size_t rank = 0; rank < order.size(); ++rank) {
            ranks[order[rank]] = rank;
        }
    }
    return ranks;
}

}  // namespace stormdrain
