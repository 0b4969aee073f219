#include "harness/commands/shrink_bench.hpp"

#include "harness/commands/running/run_parts.hpp"
#include "harness/commands/running/workforce.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace stormdrain {

failure_counter::failure_counter(const planned_scenario& scenario,
                                 std::optional<failure_kind>& wanted, bench_question is_enough)
    : scenario_(scenario),
      promised_(promises_of(scenario)),
      wanted_(wanted),
      is_enough_(std::move(is_enough)) {}

bool failure_counter::is_hopeless() const {
    return not_judged_count_ >= not_judged_allowed && not_judged_count_ > seen_.trials;
}

failure_counter::observation failure_counter::look_at(const cycle_record& record) {
    if (!wanted_) {
        for (const check* one : check_catalogue()) {
            wanted_ = wanted_ ? wanted_ : failure_in(*one, record, promised_);
        }
    }
    if (!wanted_) {
        return record.health.failure.empty() ? observation::quiet : observation::not_judged;
    }
    const check& with = *find_check(wanted_->check);
    if (const std::optional<failure_kind> failure = failure_in(with, record, promised_)) {
        wanted_->cause = wanted_->cause.empty() ? failure->cause : wanted_->cause;
        return is_same(*failure, *wanted_) ? observation::hit : observation::quiet;
    }
    return judge(with, record, promised_).outcome == judgement::kind::kept
               ? observation::quiet
               : observation::not_judged;
}

void failure_counter::count(observation what) {
    if (what == observation::not_judged) {
        ++not_judged_count_;
        return;
    }
    const bool is_hit = what == observation::hit;
    ++seen_.trials;
    seen_.hits += is_hit ? 1U : 0U;
    is_answered_ = is_enough_(seen_, is_hit);
}

cycle_sink::outcome failure_counter::add(const cycle_work& work, const cycle_record& record,
                                         bool /*last_attempt*/) {
    const std::lock_guard lock(mutex_);
    outcome led_to;
    const auto place = std::ranges::lower_bound(scenario_.cycles, work.index);
    const observation what = look_at(record);
    early_[static_cast<std::size_t>(place - scenario_.cycles.begin()) + work.replay] = what;
    while (!is_answered_ && !is_hopeless() && early_.contains(next_)) {
        count(early_.extract(next_++).mapped());
    }
    led_to.keep = what == observation::hit && seen_.hits <= kept_folders_max;
    led_to.broken = is_answered_ || is_hopeless();
    return led_to;
}

bench_result count_failures(const plan& planned, std::optional<failure_kind>& wanted,
                            const bench_question& is_enough, time_point deadline,
                            const bench_setup& setup) {
    const time_point now = clock::now();
    if (now >= deadline) {
        return {{}, bench_end::out_of_time, 0};
    }
    queue_limits limits;
    limits.budget = deadline - now;
    limits.fail_fast = true;
    shared_queue work{{}, work_queue(planned, limits, now, setup.workers_count)};
    failure_counter counter(planned.scenarios.front(), wanted, is_enough);
    std::vector<worker_options> workers;
    for (std::size_t number = 0; number < setup.workers_count; ++number) {
        workers.push_back({number, planned, work, counter, setup.environment, setup.folder});
    }
    const overseer watch(work, counter, setup.out);
    if (const std::exception_ptr failure = run_workers(workers, work)) {
        std::rethrow_exception(failure);
    }
    bench_result result{counter.seen(), bench_end::exhausted, watch.number()};
    if (result.signal != 0) {
        result.how = bench_end::interrupted;
    } else if (counter.is_answered()) {
        result.how = bench_end::answered;
    } else if (counter.is_hopeless()) {
        result.how = bench_end::not_judged;
    } else if (clock::now() >= deadline) {
        result.how = bench_end::out_of_time;
    }
    return result;
}

}  // namespace stormdrain
