#include "harness/base/environment_error.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/commands/inputs.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/running/run_parts.hpp"
#include "harness/commands/running/workforce.hpp"
#include "harness/commands/running/workplace.hpp"
#include "harness/commands/shrink_bench.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/plan/readers/names.hpp"
#include "harness/report/text.hpp"
#include "harness/report/write_file_by_rename.hpp"
#include "harness/shrink/reducer.hpp"
#include "harness/shrink/scenario_json.hpp"
#include "harness/statistics/sequential.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <iomanip>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

constexpr duration budget_preset = std::chrono::minutes(10);
// Of the budget: for measuring how often it fails, and until then at the latest for making it
// smaller. The rest confirms the end.
constexpr double start_share = 0.3;
constexpr double steps_share = 0.85;
// As many failures say how often it fails, within a third of it at one standard deviation.
constexpr std::uint64_t hits_wanted = 8;
// As many in a row, and no cycle without, are enough as well.
constexpr std::uint64_t hits_in_a_row = 5;
// With fewer the rate is a guess.
constexpr std::uint64_t hits_min = 3;
// Rarer than one in a thousand is no task for repetition.
constexpr std::uint32_t start_cycles_max = 10'000;
constexpr std::size_t listed_max = 10;

// The one scenario that the selection leaves.
const planned_scenario& chosen_of(const plan& planned) {
    std::vector<const planned_scenario*> able;
    for (const planned_scenario& each : planned.scenarios) {
        if (each.skipped_because.empty()) {
            able.push_back(&each);
        }
    }
    if (able.size() == 1) {
        return *able.front();
    }
    std::string message = "expected one scenario on one target, --filter selects " +
                          (able.empty() ? "none" : std::to_string(able.size()));
    for (const planned_scenario& each : planned.scenarios) {
        message += "\n  " + each.id;
        message += each.skipped_because.empty() ? "" : ": " + each.skipped_because;
        if (std::ranges::count(message, '\n') >= static_cast<std::ptrdiff_t>(listed_max)) {
            message += "\n  ...";
            break;
        }
    }
    throw usage_error(message);
}

std::string absolute(const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
}

std::string count_text(const hit_count& seen) {
    return std::to_string(seen.hits) + " of " + counted(seen.trials, "cycle");
}

std::string cautious_text(const hit_count& seen) {
    return count_text(seen) + " (" +
           percent(static_cast<double>(seen.hits) / static_cast<double>(seen.trials)) +
           "; at least " + percent(cautious_rate(seen)) + " at 95 % confidence)";
}

void list(std::ostream& out, std::string_view title, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        out << (&line == lines.data() ? std::string(title) + "\n" : "") << "  " << line << "\n";
    }
}

// Enough to say how often it fails.
bool is_measured(const hit_count& seen) {
    return seen.hits >= hits_wanted || (seen.hits >= hits_in_a_row && seen.hits == seen.trials);
}

class shrinker {
public:
    shrinker(const program& self, const invocation& asked, const plan& planned, bench_setup setup)
        : self_(self),
          asked_(asked),
          run_seed_(planned.run_seed),
          chosen_(chosen_of(planned)),
          setup_(std::move(setup)),
          cycles_folder_(setup_.folder + "/cycles"),
          began_(clock::now()),
          budget_(asked.budget.value_or(budget_preset)) {
        const std::string base = chosen_.what().name.substr(0, chosen_.what().name.find('/'));
        frame_.scenario_name = base.substr(0, name_characters_max);
        const std::string suite_name = chosen_.from->name + "_shrunk";
        frame_.name = suite_name.size() > name_characters_max ? "shrunk" : suite_name;
        frame_.target_files = {absolute(chosen_.server->file)};
        file_ = asked.write_file.empty() ? base + ".shrunk.json" : asked.write_file;
        if (!asked.check.empty()) {
            wanted_ = failure_kind{asked.check, ""};
        }
    }

    exit_code run() {
        const std::string start = meaning_of(chosen_.what());
        if (meaning_within(start) != start) {
            throw environment_error("the scenario cannot be written as a suite of its own");
        }
        if (!measure(start)) {
            return interrupted_by_ != 0 ? leave() : exit_code::not_judged;
        }
        reducer_questions ask;
        ask.meaning_of = [this](const std::string& text) { return meaning_within(text); };
        ask.still_fails = [this](const std::string& text) { return try_out(text); };
        ask.tell = [this](const std::string& what, const trial_result& result,
                          const std::string& best) { tell(what, result, best); };
        const reduction made = reducer(start, std::move(ask)).run();
        self_.out << "\n";
        list(self_.out, "It fails no longer", made.needed);
        list(self_.out, "It could not be judged", made.unclear);
        list(self_.out, "There was no time to try it", made.not_tried);
        const bool is_confirmed = interrupted_by_ == 0 && confirm(made.meaning);
        show(made.meaning);
        return interrupted_by_ != 0 ? leave()
               : is_confirmed       ? exit_code::kept
                                    : exit_code::not_judged;
    }

private:
    std::shared_ptr<const suite> read(const std::string& scenario) const {
        return read_scenario(frame_, scenario, absolute(file_));
    }

    // Which random choices its cycles make.
    enum class choices {
        of_the_file,    // as a run of what is written makes them
        of_the_origin,  // with --cycle those of that cycle, again and again
    };

    // The one scenario on the target.
    plan plan_of(const std::shared_ptr<const suite>& what, std::uint32_t cycles_count,
                 choices made_by) const {
        plan_request request;
        request.run_seed = run_seed_;
        request.cycles_count = cycles_count;
        const std::vector<std::uint32_t>& only = asked_.only_cycles;
        const bool is_replay = made_by == choices::of_the_origin && !only.empty();
        if (is_replay) {
            request.only_cycles = only;
            request.replays_count = cycles_count / static_cast<std::uint32_t>(only.size()) + 1;
        }
        plan made = make_plan({{what, {chosen_.server}}}, request);
        made.scenarios.front().id = is_replay ? chosen_.id : made.scenarios.front().id;
        return made;
    }

    std::optional<std::string> meaning_within(const std::string& scenario) const {
        const std::shared_ptr<const suite> what = read(scenario);
        const bool can_run =
            what &&
            plan_of(what, 1, choices::of_the_file).scenarios.front().skipped_because.empty();
        return can_run ? std::optional(stormdrain::meaning_of(what->scenarios.front()))
                       : std::nullopt;
    }

    time_point at_share(double of_budget) const {
        return began_ + std::chrono::duration_cast<duration>(budget_ * of_budget);
    }

    bench_result count(const std::string& scenario, std::uint32_t cycles_max_count,
                       const bench_question& is_enough, time_point deadline,
                       choices made_by = choices::of_the_origin) {
        bench_setup setup = setup_;
        setup.folder = cycles_folder_ + "/" + std::to_string(trials_count_++);
        const plan planned = plan_of(read(scenario), cycles_max_count, made_by);
        const bench_result result = count_failures(planned, wanted_, is_enough, deadline, setup);
        std::error_code not_empty;  // with evidence in it: it stays
        std::filesystem::remove(setup.folder, not_empty);
        interrupted_by_ = interrupted_by_ == 0 ? result.signal : interrupted_by_;
        return result;
    }

    bench_result count_until_measured(const std::string& scenario, time_point deadline,
                                      choices made_by) {
        return count(
            scenario, start_cycles_max,
            [](const hit_count& seen, bool) { return is_measured(seen); }, deadline, made_by);
    }

    bool measure(const std::string& start) {
        self_.out << "shrinking " << chosen_.id << ", seed " << to_hex(run_seed_) << ", budget "
                  << to_text(budget_) << "\n"
                  << std::flush;
        const bench_result first =
            count_until_measured(start, at_share(start_share), choices::of_the_origin);
        if (first.seen.hits < hits_min) {
            self_.out << (wanted_ ? to_text(*wanted_) : "a broken promise") << " in "
                      << count_text(first.seen)
                      << (interrupted_by_ != 0 ? ": interrupted\n"
                          : first.how == bench_end::not_judged
                              ? ": the others could not be judged\n"
                              : ": too rare to shrink in this time; --budget, --cycle, --jobs\n");
            return false;
        }
        usual_rate_ = cautious_rate(first.seen);
        const sequential_rate_test test(usual_rate_);
        frame_.cycles_count = static_cast<std::uint32_t>(trials_to_see(usual_rate_));
        self_.out
            << to_text(*wanted_) << " in " << cautious_text(first.seen) << "\n"
            << "a change is kept as soon as the failure is seen about as often, "
            << test.hits_in_a_row() << " times in a row at best; it is undone after "
            << test.quiet_trials() << " cycles without.\n"
            << "A change that leaves that rate at least is undone in at most 5 % of the cases; one "
               "that leaves less than a third of it is kept in at most 5 %.\n";
        write(start);
        return interrupted_by_ == 0;
    }

    trial_result try_out(const std::string& scenario) {
        sequential_rate_test test(usual_rate_);
        // As many again may be without a judgement.
        const auto planned_count = static_cast<std::uint32_t>(2 * test.trials_max());
        const bench_result result = count(
            scenario, planned_count,
            [&test](const hit_count&, bool is_hit) {
                return test.add(is_hit) != rate_answer::undecided;
            },
            at_share(steps_share));
        switch (result.how) {
            case bench_end::answered:
                return {test.answer() == rate_answer::as_before ? trial_outcome::still_fails
                                                                : trial_outcome::no_longer,
                        result.seen};
            case bench_end::not_judged:
            case bench_end::exhausted:
                return {trial_outcome::not_judged, result.seen};
            case bench_end::out_of_time:
            case bench_end::interrupted:
                break;
        }
        return {trial_outcome::out_of_time, result.seen};
    }

    void tell(const std::string& what, const trial_result& result, const std::string& best) {
        constexpr std::array<std::string_view, 4> words{
            "kept", "undone", "undone: it could not be judged", "undone: there was no time"};
        self_.out << std::setw(4) << ++steps_count_ << "  " << std::setw(7)
                  << to_text(clock::now() - began_) << "  " << what << ": "
                  << count_text(result.seen) << " failed, "
                  << words.at(static_cast<std::size_t>(result.outcome)) << "\n"
                  << std::flush;
        if (result.outcome == trial_outcome::still_fails) {
            write(best);
        }
    }

    std::string shortest_of(const std::string& meaning) const {
        return shortest(meaning,
                        [&](const std::string& text) { return meaning_within(text) == meaning; });
    }

    void write(const std::string& meaning) {
        suite_frame frame = frame_;
        frame.description = "What is left of " + chosen_.id + " while " + to_text(*wanted_) +
                            " is still seen in it.";
        const std::string text = suite_text(frame, shortest_of(meaning));
        write_file_by_rename(file_, [&text](std::ostream& to) { to << text; });
    }

    bool confirm(const std::string& meaning) {
        const bench_result last =
            count_until_measured(meaning, began_ + budget_, choices::of_the_file);
        if (last.seen.hits == 0) {
            self_.out << "It was not seen once more in " << count_text(last.seen) << ".\n";
            return false;
        }
        self_.out << "Once more, as the file is run: " << cautious_text(last.seen) << "\n";
        frame_.cycles_count = static_cast<std::uint32_t>(trials_to_see(cautious_rate(last.seen)));
        write(meaning);
        return true;
    }

    void show(const std::string& meaning) const {
        self_.out << "\n"
                  << shortest_of(meaning) << "\n"
                  << file_ << " is written, in " << to_text(clock::now() - began_) << " and "
                  << steps_count_ << " steps\n"
                  << "  " << shell_quoted(self_.name) << " run " << shell_quoted(file_) << "\n"
                  << std::flush;
    }

    // As who interrupted us expects; what is the least so far is on disk.
    exit_code leave() const {
        end_by_signal(interrupted_by_);
        return exit_code::not_judged;
    }

    const program& self_;
    const invocation& asked_;
    seed run_seed_;
    const planned_scenario& chosen_;
    bench_setup setup_;
    std::string cycles_folder_;
    time_point began_;
    duration budget_;
    suite_frame frame_;
    std::string file_;
    std::optional<failure_kind> wanted_;
    double usual_rate_ = 0;
    int steps_count_ = 0;
    int trials_count_ = 0;
    int interrupted_by_ = 0;
};

void check_asked(const invocation& asked, const planned_scenario& chosen) {
    if (!asked.check.empty() && find_check(asked.check) == nullptr) {
        std::vector<std::string_view> names;
        for (const check* one : check_catalogue()) {
            names.push_back(one->name);
        }
        throw usage_error(
            with_guess("--check: expected the name of a check, got " + in_quotes(asked.check),
                       nearest_word(asked.check, names)));
    }
    if (!asked.write_file.empty() && absolute(asked.write_file) == absolute(chosen.from->file)) {
        throw usage_error("--write: expected another file than the suite itself");
    }
}

}  // namespace

exit_code shrink_command(const program& self, const invocation& asked) {
    const run_inputs inputs = read_inputs(asked, self.bin_folder);
    check_asked(asked, chosen_of(inputs.planned));
    check_programs(inputs, self.bin_folder);
    check_jobs(inputs, asked.jobs_count);
    std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away ends nothing

    const folder_lock lock(asked.out_folder);
    const std::string folder = std::filesystem::absolute(asked.out_folder).string();
    workplace place(self.bin_folder, folder + "/tls");
    return shrinker(self, asked, inputs.planned,
                    {place.environment(), folder, asked.jobs_count, self.out})
        .run();
}

}  // namespace stormdrain
