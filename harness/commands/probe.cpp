#include "harness/base/environment_error.hpp"
#include "harness/commands/inputs.hpp"
#include "harness/commands/probe_book.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/running/target_versions.hpp"
#include "harness/commands/running/workforce.hpp"
#include "harness/commands/running/workplace.hpp"
#include "harness/commands/version.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/config/text_file.hpp"
#include "harness/plan/readers/suite_reader.hpp"
#include "harness/plan/readers/target_reader.hpp"
#include "harness/probe/known_defects.hpp"
#include "harness/probe/probe_table.hpp"
#include "harness/probe/running_manners.hpp"
#include "harness/probe/stop_manners.hpp"
#include "harness/probe/written_target.hpp"
#include "harness/report/text.hpp"
#include "harness/report/write_file_by_rename.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <random>

namespace stormdrain {
namespace {

constexpr std::uint64_t target_bytes_max = 4 * 1024 * 1024;
// Most of a probe is waiting: several servers at a time wait no longer than one.
constexpr std::size_t workers_max = 4;

struct probe_inputs {
    std::shared_ptr<const target> server;
    std::shared_ptr<const suite> conditions;
};

void check_conditions(const std::vector<std::string>& asked, const suite& all) {
    std::vector<std::string_view> names;
    std::ranges::transform(all.scenarios, std::back_inserter(names), &scenario::name);
    for (const std::string& name : asked) {
        if (std::ranges::find(names, name) == names.end()) {
            throw usage_error(with_guess(
                "--condition: expected scenarios of " + all.file + ", got " + in_quotes(name),
                nearest_word(name, names)));
        }
    }
}

probe_inputs read_probe_inputs(const program& self, const invocation& asked) {
    std::vector<problem> problems;
    probe_inputs inputs;
    const auto file = find_suite("probe", suite_folders(self.bin_folder), problems);
    if (file) {
        inputs.conditions = read_suite(*file, problems);
    }
    inputs.server = read_target(asked.arguments.front(), problems);
    if (!problems.empty()) {
        throw config_error(std::move(problems));
    }
    const auto folder = [](const std::string& path) {
        return std::filesystem::absolute(path).lexically_normal().parent_path();
    };
    if (!asked.write_file.empty() && folder(asked.write_file) != folder(inputs.server->file)) {
        throw usage_error("--write: expected a file beside " + inputs.server->file +
                          ", for its paths are relative to it");
    }
    // What somebody has confirmed must not be lost to a measurement that nobody has read.
    if (!asked.write_file.empty() && std::filesystem::exists(asked.write_file)) {
        throw usage_error("--write: expected a new file, got " + in_quotes(asked.write_file) +
                          ", which is there already");
    }
    check_conditions(asked.conditions, *inputs.conditions);
    run_inputs programs;
    programs.targets = {inputs.server};
    check_programs(programs, self.bin_folder);
    return inputs;
}

// Two servers cannot have one port.
std::size_t workers_for(const target& server) {
    const bool any_fixed = std::ranges::any_of(
        server.ports, [](const auto& port) { return port.second.source == port_source::fixed; });
    return any_fixed ? 1 : workers_max;
}

// Carries one round out; false: it was interrupted.
bool run_round(const plan& round, probe_book& book, run_environment& environment,
               const std::string& folder, std::ostream& out) {
    if (round.cycles_count() == 0) {
        return true;
    }
    const std::size_t workers_count = workers_for(*round.scenarios.front().server);
    shared_queue work{{}, work_queue(round, {}, clock::now(), workers_count)};
    std::vector<worker_options> workers;
    for (std::size_t number = 0; number < workers_count; ++number) {
        workers.push_back({number, round, work, book, environment, folder + "/cycles"});
    }
    const overseer watch(work, book, out);
    if (const std::exception_ptr failure = run_workers(workers, work)) {
        std::rethrow_exception(failure);
    }
    return watch.number() == 0;
}

struct measurements {
    std::map<std::string, measured_stop, std::less<>> stops;
    measured_running running;
};

measurements measure(const probe_evidence& seen, const target& server, duration patience) {
    measurements made;
    const evidence_by_condition none;
    for (const auto& [mode, how] : server.stop) {
        const auto own = seen.stops.find(mode);
        made.stops[mode] =
            measure_stop(own == seen.stops.end() ? none : own->second, server.promises, patience);
    }
    const auto graceful = seen.stops.find("graceful");
    made.running = measure_running(
        seen.running, graceful == seen.stops.end() ? none : graceful->second, patience);
    return made;
}

void show(std::ostream& out, const measurements& made, const target& server, duration patience) {
    const auto show_any = [&out](std::string_view title, const std::vector<probe_row>& rows) {
        if (!rows.empty()) {
            write_table(out, title, rows);
        }
    };
    out << "\n";
    for (const auto& [mode, seen] : made.stops) {
        const contract& written = server.stop.find(mode)->second.promises;
        show_any(mode, rows_of(seen, written, patience));
    }
    const contract& first = server.stop.begin()->second.promises;
    show_any("running", rows_of(made.running, first, server.promises, patience));
}

// What is known of the target stays a defect: it is said, and not written.
measurements what_may_be_written(const program& self, measurements made, const target& server) {
    for (auto& [mode, seen] : made.stops) {
        const contract& written = server.stop.find(mode)->second.promises;
        promisable what = without_known_defects(std::move(seen), written, server.known);
        seen = std::move(what.stop);
        for (const std::string& one : what.kept) {
            self.out << "not written: " << mode << ", " << one << "\n";
        }
    }
    return made;
}

void write_measured(const program& self, const invocation& asked, const measurements& made) {
    const text_file own = read_text_file(asked.arguments.front(), target_bytes_max);
    if (!own.text) {
        throw environment_error("cannot read " + asked.arguments.front() + ": " + own.failure);
    }
    const std::string today =
        utc_text(std::chrono::system_clock::now()).substr(0, std::string("2026-11-22").size());
    const std::string written =
        write_target(*own.text, made.stops, made.running, confirm_text(today, stormdrain_version));
    write_file_by_rename(asked.write_file, [&](std::ostream& to) { to << written; });
    std::vector<problem> problems;
    read_target(asked.write_file, problems);
    if (!problems.empty()) {
        throw config_error(std::move(problems));
    }
    self.out << "written: " << asked.write_file
             << ", with a key \"confirm\" in each stop mode that a person is to remove\n";
}

bool any_start(const probe_evidence& seen) {
    const auto started = [](const auto& named) {
        return std::ranges::any_of(named.second.cycles, [](const cycle_record& record) {
            return record.start.failure.empty() && record.health.failure.empty();
        });
    };
    return std::ranges::any_of(seen.running, started) ||
           std::ranges::any_of(seen.stops, [&](const auto& mode) {
               return std::ranges::any_of(mode.second, started);
           });
}

}  // namespace

exit_code probe_command(const program& self, const invocation& asked) {
    const probe_inputs inputs = read_probe_inputs(self, asked);
    probe_request request;
    request.run_seed = asked.run_seed.value_or(std::random_device()());
    request.cycles_count = asked.cycles_count.value_or(request.cycles_count);
    request.patience = asked.patience;
    request.conditions = asked.conditions;
    const probe_plan all = make_probe_plan(*inputs.conditions, *inputs.server, request);
    std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away ends no probe

    const folder_lock lock(asked.out_folder);
    const std::string folder = std::filesystem::absolute(asked.out_folder).string();
    const auto voice = asked.progress == progress_style::none ? probe_book::voice::quiet
                                                              : probe_book::voice::lines;
    probe_book book(all, self.out, voice, folder + "/results.jsonl");
    run_facts facts;
    facts.stormdrain_version = stormdrain_version;
    facts.command = self.command_line;
    facts.program = self.name;
    facts.run_seed = request.run_seed;
    facts.plan_hash = all.planned.hash();
    facts.began = std::chrono::system_clock::now();
    book.header(facts);

    workplace place(self.bin_folder, folder + "/tls");
    const time_point began = clock::now();
    const plan first = first_round(all.planned);
    bool whole = run_round(first, book, place.environment(), folder, self.out);
    if (whole) {
        const plan second = second_round(all, book.evidence());
        whole = run_round(second, book, place.environment(), folder, self.out);
    }
    const measurements made = measure(book.evidence(), *inputs.server, asked.patience);
    show(self.out, made, *inputs.server, asked.patience);
    self.out << "probed in " << to_text(clock::now() - began) << "; records: " << folder
             << "/results.jsonl\n";
    if (!whole || !any_start(book.evidence())) {
        self.problems << "stormdrain: the probe is not complete\n";
        return exit_code::not_judged;
    }
    if (!asked.write_file.empty()) {
        write_measured(self, asked, what_may_be_written(self, made, *inputs.server));
    }
    return exit_code::kept;
}

}  // namespace stormdrain
