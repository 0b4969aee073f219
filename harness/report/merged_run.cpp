#include "harness/report/merged_run.hpp"

#include "harness/config/problem.hpp"
#include "harness/plan/shard_choice.hpp"
#include "harness/report/absent.hpp"
#include "harness/report/shard_check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace stormdrain {
namespace {

// Results of a run that was not sharded are those of the only shard.
shard_choice shard_of(const stored_run& run) {
    return run.planned.facts.shard.value_or(shard_choice{});
}

bool is_complete(const stored_run& run) {
    return run.has_end && run.planned.finished;
}

std::string name_of(const stored_run& run) {
    return to_text(shard_of(run)) + " (" + run.file + ")";
}

// What came to its end first: it says which plan all of them are of. Of a shard the oldest attempt
// comes before the others.
void sort_by_shard(std::vector<stored_run>& runs) {
    const auto rank = [](const stored_run& run) {
        return std::tuple(!is_complete(run), shard_of(run).number, run.planned.facts.attempt,
                          run.file);
    };
    std::ranges::sort(runs, [&](const stored_run& left, const stored_run& right) {
        return rank(left) < rank(right);
    });
}

// Which checks of which scenarios two attempts at a shard see differently.
std::vector<std::string> differences_of(const stored_run& one, const stored_run& other) {
    const run_results first = results_of(one);
    const run_results second = results_of(other);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < first.scenarios.size() && i < second.scenarios.size(); ++i) {
        const std::vector<check_result>& checks = first.scenarios[i].checks;
        const std::vector<check_result>& others = second.scenarios[i].checks;
        for (std::size_t k = 0; k < checks.size() && k < others.size(); ++k) {
            if (checks[k].outcome != others[k].outcome) {
                lines.push_back(first.scenarios[i].id + " " + checks[k].check + ": " +
                                std::string(to_text(checks[k].outcome)) + ", then " +
                                std::string(to_text(others[k].outcome)));
            }
        }
    }
    return lines;
}

std::string note_of_second(const stored_run& taken, const stored_run& other) {
    // A rare failure differs from attempt to attempt; so many lines show what is the matter.
    constexpr std::size_t lines_max = 10;
    std::string note =
        "shard " + name_of(other) + " was run a second time, " + taken.file + " counts; ";
    const std::vector<std::string> differences = differences_of(taken, other);
    if (differences.empty()) {
        return note + "both say the same";
    }
    note += "they differ:";
    for (std::size_t i = 0; i < differences.size() && i < lines_max; ++i) {
        note += "\n  " + differences[i];
    }
    if (differences.size() > lines_max) {
        note += "\n  and " + std::to_string(differences.size() - lines_max) + " more";
    }
    return note;
}

class merger {
public:
    explicit merger(std::vector<stored_run> runs) : runs_(std::move(runs)) { sort_by_shard(runs_); }

    merged_run merge();

private:
    void leave_out_strangers();
    void choose();
    void begin();
    void take(const stored_run& run, std::size_t file);
    void take_facts(const stored_run& run);
    void take_share(const stored_run& run);
    void take_cycles(const stored_run& run, std::size_t file);
    void name_the_absent();

    std::vector<stored_run> runs_;
    std::map<std::uint32_t, const stored_run*> taken_;  // by shard
    std::chrono::system_clock::time_point ended_{};
    std::set<std::string> hosts_;
    std::set<std::string> kernels_;
    machine_facts machine_;
    merged_run made_;
};

void merger::choose() {
    for (const stored_run& run : runs_) {
        const auto taken = taken_.find(shard_of(run).number);
        const std::vector<std::string> absent = all_that_is_absent(results_of(run));
        if (!is_complete(run)) {
            made_.notes.push_back("shard " + name_of(run) +
                                  " did not come to its end: not counted");
        } else if (!absent.empty()) {
            made_.notes.push_back("shard " + name_of(run) + " is not counted: " + absent.front());
        } else if (taken == taken_.end()) {
            taken_.emplace(shard_of(run).number, &run);
        } else {
            made_.notes.push_back(note_of_second(*taken->second, run));
        }
    }
}

// Attempts that did not come to their end count for nothing, and so may be of another night.
void merger::leave_out_strangers() {
    const auto is_stranger = [this](const stored_run& run) {
        const std::string what = is_complete(run) ? "" : other_plan(runs_.front(), run);
        if (!what.empty()) {
            made_.notes.push_back(run.file + " is of another plan, and did not come to its end: " +
                                  what + "; not counted");
        }
        return !what.empty();
    };
    runs_.erase(std::remove_if(runs_.begin(), runs_.end(), is_stranger), runs_.end());
}

// The plan, with nothing done of it.
void merger::begin() {
    made_.whole.planned = runs_.front().planned;
    run_results& planned = made_.whole.planned;
    planned.facts.shard.reset();
    planned.facts.attempt = 1;
    planned.facts.command = without_shard_options(planned.facts.command);
    planned.finished = true;
    planned.cut_short_because.clear();
    for (scenario_result& scenario : planned.scenarios) {
        scenario.share.clear();
    }
    made_.whole.has_end = true;
    ended_ = planned.facts.began;
}

void merger::take(const stored_run& run, std::size_t file) {
    take_facts(run);
    take_share(run);
    take_cycles(run, file);
    made_.files.push_back(run.file);
}

void merger::take_facts(const stored_run& run) {
    run_facts& facts = made_.whole.planned.facts;
    const run_facts& its = run.planned.facts;
    facts.began = std::min(facts.began, its.began);
    ended_ = std::max(ended_,
                      its.began + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                      run.planned.took));
    hosts_.insert(its.hostname);
    kernels_.insert(its.kernel);
    add_machine(machine_, its.machine);
    facts.target_versions.insert(its.target_versions.begin(), its.target_versions.end());
    std::string& why = made_.whole.planned.cut_short_because;
    const std::string& its_why = run.planned.cut_short_because;
    if (!its_why.empty() && why.find(its_why) == std::string::npos) {
        why += (why.empty() ? "" : "; ") + its_why;
    }
}

void merger::take_share(const stored_run& run) {
    std::vector<scenario_result>& scenarios = made_.whole.planned.scenarios;
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
        for (const place_range& range : run.planned.scenarios[i].share) {
            std::vector<place_range>& share = scenarios[i].share;
            if (!share.empty() && share.back().first + share.back().count == range.first) {
                share.back().count += range.count;
            } else {
                share.push_back(range);
            }
        }
    }
}

void merger::take_cycles(const stored_run& run, std::size_t file) {
    for (stored_cycle cycle : run.cycles) {
        cycle.file = file;
        made_.whole.cycles.push_back(std::move(cycle));
    }
}

void merger::name_the_absent() {
    const shard_choice any = shard_of(runs_.front());
    std::vector<std::string> missing;
    for (std::uint32_t number = 1; number <= any.total; ++number) {
        if (!taken_.contains(number)) {
            missing.push_back(std::to_string(number));
        }
    }
    if (missing.empty()) {
        return;
    }
    std::string numbers;
    for (const std::string& number : missing) {
        numbers += (numbers.empty() ? "" : ", ") + number;
    }
    const std::string why =
        "no complete results of shard " + numbers + " of " + std::to_string(any.total);
    made_.notes.push_back(why);
    for (scenario_result& scenario : made_.whole.planned.scenarios) {
        scenario.absent_because = why;
    }
}

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

merged_run merger::merge() {
    leave_out_strangers();
    check_one_plan(runs_);
    choose();
    begin();
    for (const auto& [number, run] : taken_) {
        take(*run, made_.files.size());
    }
    check_once(made_.whole, made_.files);
    name_the_absent();
    run_results& planned = made_.whole.planned;
    if (!taken_.empty()) {
        planned.facts.hostname = joined(hosts_);
        planned.facts.kernel = joined(kernels_);
        planned.facts.machine = machine_;
    }
    planned.took = ended_ - planned.facts.began;
    sort_by_plan(made_.whole.cycles);
    return std::move(made_);
}

}  // namespace

merged_run merged(std::vector<stored_run> runs) {
    return merger(std::move(runs)).merge();
}

}  // namespace stormdrain
