#include "harness/commands/inputs.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/results_book.hpp"
#include "harness/commands/target_versions.hpp"
#include "harness/commands/version.hpp"
#include "harness/commands/workforce.hpp"
#include "harness/process/open_files.hpp"
#include "harness/report/grid_html.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <ostream>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

run_facts facts_of(const program& self, const invocation& asked, const plan& planned) {
    run_facts facts;
    facts.through_link = asked.through_link;
    facts.stormdrain_version = stormdrain_version;
    facts.command = self.command_line;
    facts.program = self.name;
    facts.run_seed = planned.run_seed;
    facts.plan_hash = planned.hash();
    utsname machine{};
    if (::uname(&machine) == 0) {
        facts.hostname = machine.nodename;
        facts.kernel = std::string(machine.sysname) + " " + machine.release;
    }
    facts.began = std::chrono::system_clock::now();
    return facts;
}

console_options screen_options(const invocation& asked) {
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    console_options options;
    options.heartbeat = asked.heartbeat;
    options.budget = asked.budget;
    options.style = asked.progress == progress_style::none ? console_style::quiet
                    : asked.progress == progress_style::automatic && terminal
                        ? console_style::repaint
                        : console_style::lines;
    const bool wanted = std::getenv("NO_COLOR") == nullptr && terminal;
    options.color =
        asked.color == color_choice::always || (asked.color == color_choice::automatic && wanted);
    return options;
}

exit_code say_that_nothing_is_selected(const program& self, const invocation& asked,
                                       const plan& planned) {
    self.problems << "stormdrain: nothing is selected: no scenario matches '" << asked.filter
                  << (asked.tags.empty() ? "'" : "', has the tag")
                  << " and can run on these targets\n";
    for (const planned_scenario& scenario : planned.scenarios) {
        self.problems << "  " << scenario.id << ": " << scenario.skipped_because << "\n";
    }
    return exit_code::none_selected;
}

// Servers on a port of their own choice would meet each other there.
void check_jobs(const run_inputs& inputs, std::uint32_t jobs_count) {
    for (const std::shared_ptr<const target>& server : inputs.targets) {
        for (const auto& [name, port] : server->ports) {
            if (jobs_count > 1 && port.source == port_source::fixed) {
                throw usage_error("--jobs " + std::to_string(jobs_count) + " needs free ports: " +
                                  server->file + " has the fixed port \"" + name + "\"");
            }
        }
    }
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

// A failed run still says what it found: a broken promise outranks the failure.
exit_code verdict_of(const program& self, const run_results& results,
                     const std::exception_ptr& failure) {
    const auto judged = static_cast<exit_code>(exit_code_for(results.scenarios));
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

}  // namespace

exit_code run_command(const program& self, const invocation& asked) {
    const run_inputs inputs = read_inputs(asked, self.bin_folder);
    const plan& planned = inputs.planned;
    if (planned.cycles_count() == 0) {
        return say_that_nothing_is_selected(self, asked, planned);
    }
    for (const auto& [server, from] : suites_on_targets(planned)) {
        warn_of_unmet_patterns(self.problems, *server, *from);
    }
    check_programs(inputs, self.bin_folder);
    check_jobs(inputs, asked.jobs_count);
    std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away ends no run

    const folder_lock lock(asked.out_folder);
    const std::string folder = std::filesystem::absolute(asked.out_folder).string();
    const std::string junit = asked.junit_file.empty() ? folder + "/junit.xml" : asked.junit_file;
    console screen(self.out, screen_options(asked));
    // First of all: whatever happens from here on, yesterday's reports are gone.
    results_book book(
        planned, facts_of(self, asked, planned),
        {folder + "/results.jsonl", junit, folder + "/grid.html", folder + "/summary.md"}, screen);

    guard launcher;
    raise_open_files_max();  // ours alone: the guard, and so every server, keeps what it was given
    port_reserver ports;
    std::filesystem::create_directories(folder + "/tls");
    run_environment environment{launcher, ports, self.bin_folder,
                                make_certificate(folder + "/tls")};
    book.set_versions(ask_versions(inputs.targets, environment, folder));

    const queue_limits limits{asked.budget, asked.fail_fast, asked.until_fail,
                              asked.until_bound.has_value()};
    shared_queue work{{}, work_queue(planned, limits, clock::now(), asked.jobs_count)};
    std::vector<worker_options> workers;
    for (std::size_t number = 0; number < asked.jobs_count; ++number) {
        workers.push_back({number, planned, work, book, environment, folder + "/cycles"});
    }
    int interrupted_by = 0;
    std::exception_ptr failure;
    {
        const overseer watch(work, book, self.out);
        failure = run_workers(workers, work);
        interrupted_by = watch.number();
    }
    const run_results results = book.finish(interrupted_by == 0 && !failure);
    if (!work.queue.cut_short_because().empty()) {
        self.out << "fewer cycles than planned: " << work.queue.cut_short_because() << "\n";
    }
    self.out << "reports: " << folder << "/results.jsonl, " << junit << ", " << folder
             << "/summary.md" << (has_grid(results) ? ", " + folder + "/grid.html" : "") << "\n"
             << std::flush;
    if (interrupted_by != 0) {
        std::signal(interrupted_by, SIG_DFL);
        std::raise(interrupted_by);  // ends us the way the caller expects: 128 + number
    }
    return verdict_of(self, results, failure);
}

}  // namespace stormdrain
