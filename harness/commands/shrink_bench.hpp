#pragma once
// Carries out cycles of one scenario until it is known how often one failure is seen in them.

#include "harness/commands/running/cycle_sink.hpp"
#include "harness/cycle/run_environment.hpp"
#include "harness/plan/plan.hpp"
#include "harness/shrink/failure_kind.hpp"
#include "harness/statistics/binomial.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

enum class bench_end {
    answered,
    not_judged,  // too few of the cycles could be judged
    exhausted,   // all cycles that were planned, without an answer
    out_of_time,
    interrupted,  // by a signal
};

struct bench_result {
    hit_count seen;
    bench_end how = bench_end::answered;
    int signal = 0;  // that interrupted it
};

// Told of each cycle that was judged whether it failed; true: that is enough.
using bench_question = std::function<bool(const hit_count& seen, bool is_hit)>;

// Takes the cycles in the order of the plan, whoever is first to end: one that hangs takes longer
// than those beside it, and must not be counted the later for it.
class failure_counter : public cycle_sink {
public:
    // Half of them, but for a bad start: fewer say nothing of a scenario.
    static constexpr std::uint64_t not_judged_allowed = 8;
    // Folders of failing cycles that are left for a person.
    static constexpr std::uint64_t kept_folders_max = 3;

    // `wanted` is set by the first failure where it is empty; with a check, but no cause, by the
    // first of that check.
    failure_counter(const planned_scenario& scenario, std::optional<failure_kind>& wanted,
                    bench_question is_enough);

    // Its outcome is `broken` once there is an answer: that ends a run which fails fast.
    outcome add(const cycle_work& work, const cycle_record& record, bool last_attempt) override;
    void tick() override {}

    hit_count seen() const { return seen_; }
    bool is_answered() const { return is_answered_; }
    bool is_hopeless() const;

private:
    enum class observation { hit, quiet, not_judged };

    observation look_at(const cycle_record& record);
    void count(observation what);

    const planned_scenario& scenario_;
    promises promised_;
    std::optional<failure_kind>& wanted_;
    bench_question is_enough_;
    std::mutex mutex_;
    std::map<std::size_t, observation> early_;  // by place in the plan: those before are under way
    std::size_t next_ = 0;
    hit_count seen_;
    std::uint64_t not_judged_count_ = 0;
    bool is_answered_ = false;
};

struct bench_setup {
    run_environment& environment;
    std::string folder;
    std::size_t workers_count = 1;
    std::ostream& out;
};

// All cycles of the plan's one scenario, at most until the deadline.
bench_result count_failures(const plan& planned, std::optional<failure_kind>& wanted,
                            const bench_question& is_enough, time_point deadline,
                            const bench_setup& setup);

}  // namespace stormdrain
