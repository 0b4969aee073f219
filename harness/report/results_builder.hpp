#pragma once
// Results of runs for tests of reports: one scenario of each verdict.

#include "harness/report/run_results.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace stormdrain::testing_results {

using namespace std::chrono_literals;

inline check_result passed(std::string check, std::uint64_t judged_count) {
    check_result result;
    result.check = std::move(check);
    result.outcome = verdict::pass;
    result.judged_count = judged_count;
    return result;
}

inline check_result failed(std::string check, std::uint64_t broken_count,
                           std::uint64_t judged_count) {
    check_result result = passed(check, judged_count);
    result.outcome = verdict::fail;
    result.broken_count = broken_count;
    result.identities = {{"3f2a91bc", broken_count}};
    for (std::uint32_t i = 0; i < broken_count && i < check_result::samples_max; ++i) {
        finding& what = result.samples.emplace_back();
        what.id = check;
        what.traits = {"hangs: lost_wakeup"};
        what.fingerprint = "3f2a91bc";
        what.message = "promised to stop within 1 s: it was not over after 3 s";
        what.evidence = {"stop graceful (SIGTERM) triggered at 2.000 s",
                         "held at the stop: in_flight x1"};
        what.cycle = 431 + 100 * i;
    }
    return result;
}

// Broken in every cycle, as its target expects.
inline check_result broken_as_known(std::string check, std::uint64_t judged_count) {
    check_result result = failed(check, judged_count, judged_count);
    result.outcome = verdict::known;
    result.known = {{std::move(check), "shutdown/*", "hyperium/hyper#2730", "0.14",
                     "it waits for a request", 1.0, 9}};
    for (finding& what : result.samples) {
        what.how_bad = severity::known;
    }
    return result;
}

// The same target, once its defect is repaired.
inline check_result repaired(std::string check, std::uint64_t judged_count) {
    check_result result = failed(check, 1, judged_count);
    result.broken_count = 0;
    result.identities.clear();
    finding& gone = result.samples.front();
    gone.id = "known_defect_gone";
    gone.message = "repaired? hyperium/hyper#2730 was expected to break it";
    gone.over_cycles = true;
    return result;
}

inline check_result unjudged(std::string check, verdict outcome, std::string reason) {
    check_result result;
    result.check = std::move(check);
    result.outcome = outcome;
    result.reason = std::move(reason);
    return result;
}

inline scenario_result scenario(std::string name, std::uint64_t planned_count) {
    scenario_result result;
    result.target = "salvo-0_63";
    result.suite = "shutdown";
    result.scenario = std::move(name);
    result.id = result.target + "/" + result.suite + "/" + result.scenario;
    result.suite_file = "suites/shutdown.json";
    result.target_file = "servers/salvo/target.json";
    result.line = 12;
    result.planned_count = planned_count;
    result.done_count = planned_count;
    result.requests_count = planned_count * 10;
    result.time = 2500ms;
    result.stop_time_max = 1234ms;
    return result;
}

// The same as a cell of a grid.
inline scenario_result cell(std::string row, std::string column) {
    scenario_result result = scenario("cells/" + row + "@" + column, 1);
    result.cell = {"cells", std::move(row), std::move(column)};
    return result;
}

inline run_facts facts() {
    run_facts about;
    about.stormdrain_version = "0.1.0";
    about.command = "stormdrain run suites/shutdown.json";
    about.run_seed = 0x5eed0001;
    about.plan_hash = 0x1234;
    about.hostname = "soak-3";
    about.kernel = "Linux 6.1";
    about.machine.mechanisms = {
        {"sock_diag", "available", true, "", "no verdicts"},
        {"ptrace_attach", "missing", false, "not permitted", "a report of a hang has no stacks"}};
    about.machine.settings = {{"nofile soft / hard", "1024 / 4096", "how many connections"}};
    about.began = std::chrono::system_clock::time_point(1'794'000'000s);
    about.target_versions["salvo-0_63"] = "salvo 0.63.1";
    return about;
}

inline run_results mixed() {
    run_results results;
    results.facts = facts();
    results.took = 61s;
    results.finished = true;
    scenario_result red = scenario("moments/at=idle,faults=reset", 2000);
    red.done_count = 1400;
    red.checks = {failed("shutdown_deadline", 3, 1400), passed("exit_status", 1397)};
    red.checks.back().warnings = red.checks.front().samples;
    red.checks.back().warnings.resize(1);
    red.checks.back().warnings.front().how_bad = severity::warning;
    scenario_result yellow = scenario("starved", 10);
    yellow.checks = {unjudged("shutdown_deadline", verdict::inconclusive,
                              "1 of 10 cycles could be judged: the harness was starved"),
                     unjudged("handshake_failed", verdict::skipped, "the load speaks no TLS")};
    scenario_result grey = scenario("uploads", 5);
    grey.done_count = 0;
    grey.skipped_because = "the target has no route upload";
    grey.checks = {unjudged("exit_status", verdict::skipped, grey.skipped_because)};
    results.scenarios = {red, yellow, grey};
    return results;
}

// A grid with a cell of each verdict, and one that was not selected.
inline run_results with_grid() {
    run_results results;
    results.facts = facts();
    results.took = 9s;
    results.finished = true;
    scenario_result green = cell("silent", "idle");
    green.checks = {passed("shutdown_deadline", 1), passed("exit_status", 1)};
    scenario_result red = cell("silent", "before_first_byte");
    red.checks = {passed("port_held", 1), failed("shutdown_deadline", 1, 1),
                  failed("exit_status", 1, 1)};
    scenario_result yellow = cell("idle_keep_alive", "idle");
    yellow.checks = {
        unjudged("shutdown_deadline", verdict::inconclusive,
                 "0 of 1 cycles could be judged: the state idle_keep_alive was not reached: "
                 "connection 3 was closed by the server 40 ms before the stop"),
        passed("exit_status", 1)};
    scenario_result known = cell("idle_keep_alive", "second_signal");
    known.checks = {broken_as_known("shutdown_deadline", 1)};
    scenario_result grey = cell("tls_hello", "idle");
    grey.skipped_because = "the target has no port <https>";
    grey.done_count = 0;
    scenario_result other_grey = cell("tls_hello", "before_first_byte");
    other_grey.skipped_because = grey.skipped_because;
    other_grey.done_count = 0;
    results.scenarios = {green, red, yellow, known, grey, other_grey};
    return results;
}

}  // namespace stormdrain::testing_results
