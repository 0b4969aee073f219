#include "harness/commands/inputs.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/running/ab.hpp"
#include "harness/commands/running/cycle_files.hpp"
#include "harness/commands/running/dry_run.hpp"
#include "harness/commands/running/plan_check.hpp"
#include "harness/commands/running/planned_results.hpp"
#include "harness/commands/running/results_book.hpp"
#include "harness/commands/running/run_parts.hpp"
#include "harness/commands/running/run_share.hpp"
#include "harness/commands/running/target_versions.hpp"
#include "harness/commands/running/workforce.hpp"
#include "harness/commands/running/workplace.hpp"
#include "harness/commands/screen_options.hpp"
#include "harness/commands/selection_guess.hpp"
#include "harness/commands/stored/ci_annotations.hpp"
#include "harness/commands/stored/history_keeper.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

exit_code say_that_nothing_is_selected(const program& self, const invocation& asked,
                                       const plan& planned) {
    self.problems << "stormdrain: nothing is selected: no scenario matches '" << asked.filter
                  << (asked.tags.empty() ? "'" : "', has the tag")
                  << " and can run on these targets\n";
    for (const planned_scenario& scenario : planned.scenarios) {
        self.problems << "  " << scenario.id << ": " << scenario.skipped_because << "\n";
    }
    if (planned.scenarios.empty()) {
        say_what_was_meant(self.problems, asked, self.bin_folder);
    }
    return exit_code::none_selected;
}

// Each suite with each target that it runs on, in their order.
using suite_on_target = std::pair<const target*, const suite*>;

std::vector<suite_on_target> suites_on_targets(const plan& planned) {
    std::vector<suite_on_target> pairs;
    for (const planned_scenario& scenario : planned.scenarios) {
        const suite_on_target one{scenario.server.get(), scenario.from.get()};
        if (std::ranges::find(pairs, one) == pairs.end()) {
            pairs.push_back(one);
        }
    }
    return pairs;
}

void check_before_the_start(const program& self, const invocation& asked,
                            const run_inputs& inputs) {
    for (const auto& [server, from] : suites_on_targets(inputs.planned)) {
        warn_of_unmet_patterns(self.problems, *server, *from);
    }
    check_programs(inputs, self.bin_folder);
    check_jobs(inputs, asked.jobs_count);
}

// Files and all: what was drawn once may not depend on anything else.
plan planned_again(const program& self, invocation asked, const run_share& share, seed run_seed) {
    asked.run_seed = run_seed;
    return share.part_of(read_inputs(asked, self.bin_folder).planned);
}

// A failed run still says what it found: a broken promise outranks the failure. A shard to which
// nothing falls has kept what it promised.
exit_code verdict_of(const program& self, const run_results& results,
                     const std::exception_ptr& failure) {
    auto judged = static_cast<exit_code>(exit_code_for(results.scenarios));
    if (judged == exit_code::none_selected && results.facts.shard) {
        judged = exit_code::kept;
    }
    if (!failure) {
        return judged;
    }
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& why) {
        self.problems << "stormdrain: the run ended early: " << why.what() << "\n";
    }
    return judged == exit_code::broken ? exit_code::broken : exit_code::not_judged;
}

// Results that did not come to their end are no shard's: another attempt has to be.
void say_where_it_is(const program& self, const run_share& share, const run_results& results) {
    if (!results.cut_short_because.empty()) {
        self.out << "fewer cycles than planned: " << results.cut_short_because << "\n";
    }
    if (results.finished) {
        share.complete();
    }
    self.out << "reports: "
             << (results.finished ? share.final_results_path() : share.results_path()) << ", "
             << names_of(share.reports(), results) << "\n"
             << std::flush;
    annotate(self, results, share.reports());
}

}  // namespace

exit_code run_command(const program& self, const invocation& asked) {
    if (!asked.ab_files.empty()) {
        return ab_command(self, asked);
    }
    const run_inputs inputs = read_inputs(asked, self.bin_folder);
    const plan& whole = inputs.planned;
    if (whole.cycles_count() == 0) {
        return say_that_nothing_is_selected(self, asked, whole);
    }
    check_before_the_start(self, asked, inputs);
    std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away ends no run

    const std::optional<past_nights> past = nights_before(asked);
    run_share share(asked, own_environment());
    const plan planned = share.part_of(whole);
    if (asked.dry_run) {
        share.describe(self.out, whole, planned);
        say_what_would_run(self.out, planned);
        return exit_code::kept;
    }
    const plan again = planned_again(self, asked, share, whole.run_seed);
    const plan_check second_look(planned, again);
    share.open();
    share.describe(self.out, whole, planned);
    const std::string folder = share.folder();
    const folder_lock lock(folder);
    console screen(self.out, screen_options(asked));
    // First of all: whatever happens from here on, yesterday's reports are gone.
    run_facts facts = facts_of(self, asked, whole);
    facts.shard = share.shard();
    facts.attempt = share.attempt();
    results_book book(planned, planned_results(whole, facts),
                      {share.results_path(), share.reports()}, screen, past);

    const cycle_files files = wanted_files(self, asked);
    if (files.of_every_cycle) {
        book.keep_all_cycles();
    }
    workplace place(self.bin_folder, folder + "/tls");
    place.environment().captures_packets = files.packets;
    book.set_versions(ask_versions(inputs.targets, place.environment(), folder));

    const queue_limits limits{asked.budget, asked.fail_fast, asked.until_fail,
                              asked.until_bound.has_value()};
    shared_queue work{{}, work_queue(planned, limits, clock::now(), asked.jobs_count)};
    std::vector<worker_options> workers;
    for (std::size_t number = 0; number < asked.jobs_count; ++number) {
        workers.push_back({number, planned, work, book, place.environment(), folder + "/cycles",
                           &second_look, files});
    }
    int interrupted_by = 0;
    std::exception_ptr failure;
    {
        const overseer watch(work, book, self.out);
        failure = run_workers(workers, work);
        interrupted_by = watch.number();
    }
    const run_results results =
        book.finish(interrupted_by == 0 && !failure, work.queue.cut_short_because());
    say_where_it_is(self, share, results);
    const exit_code verdict =
        keep_night(self, asked, past, results, verdict_of(self, results, failure));
    if (interrupted_by != 0) {
        end_by_signal(interrupted_by);
    }
    return verdict;
}

}  // namespace stormdrain
