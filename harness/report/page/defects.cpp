#include "harness/report/page/defects.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace stormdrain::page {
namespace {

using defect_key = std::tuple<std::string, std::string, std::string>;  // target, check, fingerprint

const finding* sample_of(const check_result& result, const std::string& fingerprint) {
    for (const finding& one : result.samples) {
        if (one.fingerprint == fingerprint) {
            return &one;
        }
    }
    return result.samples.empty() ? nullptr : &result.samples.front();
}

class defect_list {
public:
    void add(const scenario_result& scenario, const check_result& result,
             const seen_identity& identity) {
        const auto [place, is_new] = places_.try_emplace(
            defect_key{scenario.target, result.check, identity.fingerprint}, all_.size());
        if (is_new) {
            all_.emplace_back();
            most_.push_back(0);
        }
        defect& one = all_[place->second];
        if (is_new || identity.broken_count > most_[place->second]) {
            most_[place->second] = identity.broken_count;
            one.scenario = &scenario;
            one.result = &result;
            one.fingerprint = identity.fingerprint;
            one.sample = sample_of(result, identity.fingerprint);
        }
        one.scenarios.push_back(scenario.id);
        one.broken_count += identity.broken_count;
    }

    std::vector<defect> take() {
        std::ranges::stable_sort(all_, std::ranges::greater{}, &defect::broken_count);
        return std::move(all_);
    }

private:
    std::map<defect_key, std::size_t> places_;
    std::vector<defect> all_;
    std::vector<std::uint64_t> most_;
};

}  // namespace

std::vector<defect> defects_of(const run_results& results, verdict outcome) {
    defect_list found;
    for (const scenario_result& scenario : results.scenarios) {
        for (const check_result& result : scenario.checks) {
            if (result.outcome != outcome) {
                continue;
            }
            for (const seen_identity& identity : result.identities) {
                found.add(scenario, result, identity);
            }
            if (result.identities.empty()) {  // a known defect that is gone, say
                found.add(scenario, result, {"", result.broken_count});
            }
        }
    }
    return found.take();
}

}  // namespace stormdrain::page
