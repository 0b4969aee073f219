#pragma once
// What a probe runs: the scenarios of suites/probe.json in every stop mode of one target, with a
// contract that leaves everything open. Pure.

#include "harness/checks/verdict.hpp"
#include "harness/plan/plan.hpp"
#include "harness/probe/probe_evidence.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

// What a scenario of the plan measures.
struct probe_place {
    std::string mode;       // empty: it measures the running server
    std::string condition;  // the scenario's name in the suite
};

struct probe_plan {
    plan planned;
    std::vector<probe_place> places;  // of each scenario of the plan
};

struct probe_request {
    seed run_seed = 0;
    std::uint32_t cycles_count = 3;
    duration patience = std::chrono::seconds(15);
    std::vector<std::string>
        conditions;  // names of scenarios, all of them in the suite; empty: all
};

probe_plan make_probe_plan(const suite& conditions, const target& server,
                           const probe_request& request);

// The first cycle of each scenario.
plan first_round(const plan& all);
// The others, without those of scenarios whose first cycle lasted as long as the patience: again
// they would say the same.
plan second_round(const probe_plan& all, const probe_evidence& first);

// The evidence of the place; made when it is not there.
condition_evidence& evidence_at(probe_evidence& all, const probe_place& place);

}  // namespace stormdrain
