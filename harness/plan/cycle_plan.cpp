#include "harness/plan/cycle_plan.hpp"

#include "harness/base/digest.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>

namespace stormdrain {
namespace {

// Of each generator: that many numbers tell it from every other.
constexpr int numbers_hashed = 4;

template <class Enumeration>
std::uint64_t number_of(Enumeration value) {
    return static_cast<std::uint64_t>(static_cast<std::underlying_type_t<Enumeration>>(value));
}

void add_numbers(digest& to, seed start) {
    random_source random(start);
    for (int i = 0; i < numbers_hashed; ++i) {
        to.add(random.next());
    }
}

// What a load does not ask for adds nothing: the hashes of before stay.
void add_shape(digest& to, const load_profile& load) {
    if (load.pipeline_depth > 1) {
        to.add("pipeline").add(std::uint64_t{load.pipeline_depth});
    }
    if (load.open_loop.per_second > 0) {
        to.add("rate").add(load.open_loop.per_second).add(load.open_loop.ramp);
    }
    if (load.burst > duration::zero()) {
        to.add("burst").add(load.burst);
    }
    if (load.clients_ramp > duration::zero()) {
        to.add("ramp").add(load.clients_ramp);
    }
}

void add_load(digest& to, const load_profile& load) {
    to.add(load.port).add(load.routes.size());
    for (const std::string& name : load.routes) {
        to.add(name);
    }
    to.add(std::uint64_t{load.clients_count})
        .add(std::uint64_t{load.requests_per_client})
        .add(std::uint64_t{load.requests_per_connection})
        .add(load.think_time)
        .add(load.request_timeout)
        .add(std::uint64_t{load.sources_count})
        .add(number_of(load.tls.version))
        .add(std::uint64_t{load.tls.resumes})
        .add(number_of(load.after))
        .add(number_of(load.protocol))
        .add(std::uint64_t{load.streams_per_connection});
    add_shape(to, load);
}

void add_link(digest& to, const link_use& link) {
    to.add(to_text(link.between)).add(link.only).add(link.toxics.size());
    for (const toxic_spec& toxic : link.toxics) {
        to.add(to_file_json(toxic));
    }
}

void add_fault(digest& to, const fault_use& use) {
    to.add(use.name)
        .add(use.kind)
        .add(use.port)
        .add(use.settings)
        .add(std::uint64_t{use.connections_count})
        .add(use.share)
        .add(std::uint64_t{use.times});
}

void add_stop(digest& to, const stop_choice& stop) {
    to.add(stop.mode).add(to_text(stop.at)).add(stop.between_min).add(stop.between_max);
}

void add_expectations(digest& to, const expectations& expected) {
    to.add_optional(expected.p99)
        .add_optional(expected.dropped_connections_max)
        .add_optional(expected.origin_reuse_min);
}

void add_turns(digest& to, const scenario& what, seed cycle_seed) {
    for (std::size_t fault = 0; fault < what.faults.size(); ++fault) {
        const fault_use& use = what.faults[fault];
        const std::uint32_t connections_count = connections_of(use, what.load);
        to.add(std::uint64_t{connections_count});
        for (std::uint32_t number = 0; number < connections_count; ++number) {
            for (std::uint32_t time = 0; time < use.times; ++time) {
                const fault_turn turn{fault, number, time};
                add_numbers(to, fault_seed(what, turn, cycle_seed));
            }
        }
    }
}

}  // namespace

duration seeded_offset(const stop_choice& stop, seed cycle_seed) {
    const auto width = static_cast<std::uint64_t>((stop.between_max - stop.between_min).count());
    random_source random(derive(cycle_seed, "offset", 0));
    return stop.between_min + duration(static_cast<duration::rep>(random.below(width + 1)));
}

seed moment_seed(seed cycle_seed) {
    return derive(cycle_seed, "moment", 0);
}

std::uint32_t connections_of(const fault_use& use, const std::optional<load_profile>& load) {
    if (use.connections_count > 0) {
        return use.connections_count;
    }
    const double clients = load ? load->clients_count : 1;
    return std::max(1U, static_cast<std::uint32_t>(std::lround(use.share * clients)));
}

seed fault_seed(const scenario& what, const fault_turn& turn, seed cycle_seed) {
    const std::string purpose =
        "fault " + what.faults.at(turn.fault).name + std::to_string(turn.fault);
    return derive(derive(cycle_seed, purpose, turn.number), "time", turn.time);
}

std::uint64_t scenario_hash(const scenario& what) {
    digest all;
    all.add(what.name).add(std::uint64_t{what.load.has_value()});
    if (what.load) {
        add_load(all, *what.load);
    }
    all.add(what.faults.size());
    for (const fault_use& use : what.faults) {
        add_fault(all, use);
    }
    all.add(what.links.size());
    for (const link_use& link : what.links) {
        add_link(all, link);
    }
    add_stop(all, what.stop);
    all.add(to_text(what.log_sink)).add_optional(what.exit_within);
    add_expectations(all, what.expected);
    all.add(std::uint64_t{what.restart});
    return all.value();
}

std::uint64_t cycle_plan_hash(const planned_scenario& planned, seed cycle_seed) {
    const scenario& what = planned.what();
    digest all;
    all.add(planned.id).add(cycle_seed).add(scenario_hash(what));
    all.add(seeded_offset(what.stop, cycle_seed));
    add_numbers(all, moment_seed(cycle_seed));
    add_turns(all, what, cycle_seed);
    return all.value();
}

}  // namespace stormdrain
