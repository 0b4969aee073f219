#include "harness/report/junit_suites.hpp"

#include "harness/report/absent.hpp"
#include "harness/report/junit.hpp"

#include <array>
#include <cctype>
#include <cstdio>
#include <map>
#include <set>

namespace stormdrain {
namespace {

constexpr std::size_t level_bytes_max = 80;  // three of them and the dots make a label

std::string hash_suffix(std::string_view name) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "-%08x",
                  static_cast<unsigned>(derive(0, name, 0) >> 32U));
    return text.data();
}

junit_case case_of(const check_result& result, const scenario_result& scenario, bool finished) {
    junit_case one{&result, junit_outcome::passed, {}, {}};
    const bool is_complete =
        finished || (scenario.done_count > 0 && scenario.done_count >= scenario.planned_count);
    if (result.outcome == verdict::fail) {
        one.outcome = junit_outcome::failed;
        one.type =
            "stormdrain." + (result.samples.empty() ? result.check : result.samples.front().id);
        // In front, where no reader cuts it: the same failure has the same message's beginning.
        const std::string name =
            result.samples.empty() ? std::string() : result.samples.front().fingerprint;
        one.message = (name.empty() ? "" : "[" + name + "] ") + what_broke(result);
    } else if (scenario.absent_count > 0) {
        one.outcome = junit_outcome::error;
        one.type = "stormdrain.absent";
        one.message = what_is_absent(scenario);
    } else if (!is_complete) {
        one.outcome = junit_outcome::error;
        one.type = "stormdrain.unfinished";
        one.message = "the run was not finished: " + std::to_string(scenario.done_count) + " of " +
                      std::to_string(scenario.planned_count) + " cycles were run";
    } else if (result.outcome == verdict::known && result.known) {
        // As pytest writes an expected failure: readers show the message of a skipped case, and
        // hide or cut what a passed one says.
        one.outcome = junit_outcome::skipped;
        one.message = "known: " + to_text(*result.known) + "; " + what_broke(result);
    } else if (result.outcome == verdict::skipped) {
        one.outcome = junit_outcome::skipped;
        one.message = result.reason.empty() ? "not applicable" : result.reason;
    } else if (result.outcome == verdict::inconclusive) {
        one.outcome = junit_outcome::error;
        one.type = "stormdrain.inconclusive";
        one.message = result.reason.empty() ? "could not be judged" : result.reason;
    }
    return one;
}

// In place of its checks: a night plans hundreds of thousands, and of a scenario that was not begun
// each of them would say the same.
junit_case case_not_begun(const check_result& blank, const scenario_result& scenario,
                          bool finished) {
    if (!scenario.skipped_because.empty()) {
        return {&blank, junit_outcome::skipped, {}, scenario.skipped_because};
    }
    if (scenario.absent_count > 0) {
        return {&blank, junit_outcome::error, "stormdrain.absent", what_is_absent(scenario)};
    }
    if (finished) {
        return {&blank, junit_outcome::skipped, {}, "not run: the run ended before its turn came"};
    }
    return {&blank, junit_outcome::error, "stormdrain.unfinished",
            "the run was not finished: not one of " + std::to_string(scenario.planned_count) +
                " cycles was run"};
}

}  // namespace

std::span<const junit_error_type> junit_error_types() {
    static constexpr std::array<junit_error_type, 4> types{
        {{"unfinished", "The run ended, or was killed, before all planned cycles were done."},
         {"inconclusive",
          "Too few cycles could be judged: the machine was starved, or a fault did "
          "not arrive."},
         {"absent", "Cycles of the plan are in none of the merged results: a shard is missing."},
         {"nothing_selected", "No scenario was selected, which would look like a green run."}}};
    return types;
}

std::vector<junit_suite> make_junit_suites(const run_results& results) {
    std::vector<junit_suite> suites;
    suites.reserve(results.scenarios.size());
    // Ids may be alike once they are class names.
    std::map<std::string, std::set<std::string>> ids_by_name;
    for (const scenario_result& scenario : results.scenarios) {
        junit_suite& suite = suites.emplace_back();
        suite.scenario = &scenario;
        suite.levels = {junit_level(scenario.target), junit_level(scenario.suite),
                        junit_level(scenario.scenario)};
        ids_by_name[suite.class_name()].insert(scenario.id);
    }
    for (junit_suite& suite : suites) {
        const scenario_result& scenario = *suite.scenario;
        const std::string name = suite.class_name();
        const bool changed =
            name != scenario.target + "." + scenario.suite + "." + scenario.scenario;
        if (changed && ids_by_name[name].size() > 1) {
            suite.levels[2] += hash_suffix(scenario.id);
        }
    }
    // Only now: cases point into suites, which have stopped moving.
    for (junit_suite& suite : suites) {
        if (suite.scenario->done_count == 0) {
            suite.blank.check = "scenario";
            suite.cases.push_back(case_not_begun(suite.blank, *suite.scenario, results.finished));
            continue;
        }
        for (const check_result& result : suite.scenario->checks) {
            suite.cases.push_back(case_of(result, *suite.scenario, results.finished));
        }
    }
    return suites;
}

std::string junit_level(std::string_view name) {
    std::string level;
    for (const char character : name) {
        const auto byte = static_cast<unsigned char>(character);
        const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 || character == '_');
        if (plain || level.empty() || level.back() != '-') {
            level += plain ? character : '-';
        }
    }
    if (level.empty()) {
        return "-";
    }
    if (level.size() > level_bytes_max) {
        const std::string suffix = hash_suffix(name);
        level.resize(level_bytes_max - suffix.size());
        level += suffix;
    }
    return level;
}

std::vector<run_results> junit_parts(const run_results& results) {
    std::vector<run_results> parts;
    std::size_t cases = 0;
    for (const scenario_result& scenario : results.scenarios) {
        const std::size_t more = scenario.done_count == 0 ? 1 : scenario.checks.size();
        if (parts.empty() || cases + more > junit_cases_max) {
            run_results& part = parts.emplace_back();
            part.facts = results.facts;
            part.stories = results.stories;
            part.took = results.took;
            part.finished = results.finished;
            cases = 0;
        }
        parts.back().scenarios.push_back(scenario);
        cases += more;
    }
    return parts.empty() ? std::vector<run_results>{results} : parts;
}

}  // namespace stormdrain
