#include "harness/commands/running/ab.hpp"

#include "harness/commands/running/ab_plan.hpp"
#include "harness/commands/running/cycle_files.hpp"
#include "harness/commands/running/dry_run.hpp"
#include "harness/commands/running/planned_results.hpp"
#include "harness/commands/running/results_book.hpp"
#include "harness/commands/running/run_parts.hpp"
#include "harness/commands/running/target_versions.hpp"
#include "harness/commands/running/workforce.hpp"
#include "harness/commands/running/workplace.hpp"
#include "harness/commands/screen_options.hpp"

#include <csignal>
#include <exception>
#include <filesystem>
#include <ostream>
#include <utility>

namespace stormdrain {
namespace {

void check_ab(const invocation& asked) {
    if (!asked.target_files.empty()) {
        throw usage_error("--ab says which targets there are, and so does --target");
    }
    if (asked.fail_fast || asked.until_fail || asked.until_bound) {
        throw usage_error(
            "--ab compares equal numbers of cycles: --fail-fast, --until-fail and --until-bound "
            "would end one build's before the other's");
    }
    if (asked.shard.from == shard_order::source::given ||
        asked.shard.from == shard_order::source::index_detected) {
        throw usage_error("--ab is not divided: one machine runs both builds in turns");
    }
    if (!asked.history_folder.empty()) {
        throw usage_error("--ab is no night: it compares two builds, and --history is of one");
    }
    if (!asked.junit_file.empty()) {
        throw usage_error("--ab writes a junit.xml for each build, in the --out folder");
    }
    if (!asked.prometheus_file.empty()) {
        throw usage_error("--ab compares two builds, and --prometheus is of one");
    }
}

run_inputs read_build(invocation asked, const std::string& file, const std::string& filter,
                      const std::string& bin_folder) {
    asked.target_files = {file};
    asked.filter = filter;
    run_inputs inputs = read_inputs(asked, bin_folder);
    check_programs(inputs, bin_folder);
    check_jobs(inputs, asked.jobs_count);
    return inputs;
}

// A build's reports, in a folder of its own.
class build_reports {
public:
    build_reports(const program& self, const invocation& asked, const plan& planned,
                  const std::string& folder)
        : screen_(self.out, quiet(asked)),
          book_(planned, planned_results(planned, facts(self, asked, planned)),
                {folder + "/results.jsonl", reports_in(folder, "")}, screen_, {}) {}

    results_book& book() { return book_; }

private:
    static console_options quiet(const invocation& asked) {
        console_options options = screen_options(asked);
        options.style = console_style::quiet;
        return options;
    }
    static run_facts facts(const program& self, const invocation& asked, const plan& planned) {
        run_facts made = facts_of(self, asked, planned);
        made.ab_files = asked.ab_files;
        return made;
    }

    console screen_;
    results_book book_;
};

struct early_end {
    int signal_number = 0;  // that interrupted both; 0: none
    std::string because;    // fewer cycles than planned were done; empty: all were
};

// Both builds' cycles.
early_end run_both(const program& self, const invocation& asked, const ab_plan& planned,
                   const std::string& folder, ab_book& book, run_environment& environment) {
    const cycle_files files = wanted_files(self, asked);
    environment.captures_packets = files.packets;
    queue_limits limits;
    limits.budget = asked.budget;
    limits.in_pairs = true;
    shared_queue work{{}, work_queue(planned.both, limits, clock::now(), asked.jobs_count)};
    std::vector<worker_options> workers;
    for (std::size_t number = 0; number < asked.jobs_count; ++number) {
        workers.push_back({number, planned.both, work, book, environment, folder + "/a/cycles",
                           nullptr, files, folder + "/b/cycles"});
    }
    const overseer watch(work, book, self.out);
    if (const std::exception_ptr failure = run_workers(workers, work)) {
        std::rethrow_exception(failure);
    }
    return {watch.number(), work.queue.cut_short_because()};
}

}  // namespace

ab_book::ab_book(cycle_sink& a, cycle_sink& b, const options& how)
    : builds_{{{a}, {b}}}, how_(how), said_at_(clock::now()) {}

cycle_sink::outcome ab_book::add(const cycle_work& work, const cycle_record& record,
                                 bool last_attempt) {
    build& its = builds_.at(work.scenario % 2);
    cycle_work own = work;
    own.scenario = work.scenario / 2;
    const outcome led_to = its.book.add(own, record, last_attempt);
    const std::lock_guard lock(mutex_);
    its.done_count += led_to.repeat ? 0U : 1U;
    its.broken_count += led_to.broken ? 1U : 0U;
    return led_to;
}

void ab_book::tick() {
    const std::lock_guard lock(mutex_);
    if (how_.heartbeat == duration{} || clock::now() - said_at_ < how_.heartbeat) {
        return;
    }
    said_at_ = clock::now();
    how_.out << "A: " << builds_[0].done_count << " cycles, " << builds_[0].broken_count
             << " red; B: " << builds_[1].done_count << ", " << builds_[1].broken_count
             << " red; of " << how_.planned_count << " each\n"
             << std::flush;
}

exit_code ab_command(const program& self, const invocation& given) {
    check_ab(given);
    invocation asked = given;
    const run_inputs first = read_build(asked, asked.ab_files.at(0), asked.filter, self.bin_folder);
    asked.run_seed = first.planned.run_seed;
    const run_inputs second = read_build(asked, asked.ab_files.at(1), "*", self.bin_folder);
    const ab_plan planned = make_ab_plan(first.planned, second.planned);
    if (planned.a.cycles_count() == 0) {
        self.problems << "stormdrain: nothing is selected that both builds can run\n";
        return exit_code::none_selected;
    }
    if (asked.dry_run) {
        self.out << "each cycle with both builds; the first one's:\n";
        say_what_would_run(self.out, planned.a);
        return exit_code::kept;
    }
    std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away ends no run

    const folder_lock lock(asked.out_folder);
    const std::string folder = std::filesystem::absolute(asked.out_folder).string();
    std::filesystem::create_directories(folder + "/a");
    std::filesystem::create_directories(folder + "/b");
    build_reports a(self, asked, planned.a, folder + "/a");
    build_reports b(self, asked, planned.b, folder + "/b");
    workplace place(self.bin_folder, folder + "/tls");
    a.book().set_versions(ask_versions(first.targets, place.environment(), folder + "/a"));
    b.book().set_versions(ask_versions(second.targets, place.environment(), folder + "/b"));

    ab_book::options how{self.out, asked.heartbeat, planned.a.cycles_count()};
    how.heartbeat = asked.progress == progress_style::none ? duration{} : asked.heartbeat;
    ab_book both(a.book(), b.book(), how);
    const early_end ended = run_both(self, asked, planned, folder, both, place.environment());
    if (!ended.because.empty()) {
        self.out << "fewer cycles than planned: " << ended.because << "\n";
    }
    self.out << "\nA: " << asked.ab_files.at(0) << "\n";
    a.book().finish(ended.signal_number == 0, ended.because);
    self.out << "\nB: " << asked.ab_files.at(1) << "\n";
    b.book().finish(ended.signal_number == 0, ended.because);
    self.out << "\n";
    asked.arguments = {folder + "/a", folder + "/b"};
    const exit_code verdict = compare_command(self, asked);
    self.out << std::flush;
    if (ended.signal_number != 0) {
        end_by_signal(ended.signal_number);
    }
    return verdict;
}

}  // namespace stormdrain
