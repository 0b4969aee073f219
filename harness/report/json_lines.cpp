#include "harness/report/json_lines.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/report/json_parts.hpp"
#include "harness/report/record_json.hpp"
#include "harness/report/text.hpp"
#include "harness/statistics/binomial.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace stormdrain {
namespace {

using nlohmann::json;

// One line, and never an exception: what servers write need not be UTF-8.
std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json write_findings(std::span<const finding> findings) {
    json list = json::array();
    for (const finding& what : findings) {
        list.push_back(to_json_value(what));
    }
    return list;
}

json write_check(const check_result& result) {
    const probability_interval range = interval_95({result.broken_count, result.judged_count});
    json identities = json::array();
    for (const seen_identity& one : result.identities) {
        identities.push_back(
            {{"fingerprint", one.fingerprint}, {"broken_count", one.broken_count}});
    }
    json written{{"check", result.check},
                 {"verdict", to_text(result.outcome)},
                 {"judged_count", result.judged_count},
                 {"broken_count", result.broken_count},
                 {"not_judged_count", result.not_judged_count},
                 {"not_applicable_count", result.not_applicable_count},
                 {"upper_bound_95", upper_bound_95(result.broken_count, result.judged_count)},
                 {"interval_95", {range.low, range.high}},
                 {"identities", identities},
                 {"reason", result.reason},
                 {"samples", write_findings(result.samples)},
                 {"warnings", write_findings(result.warnings)}};
    if (result.known) {
        written["known"] = {{"origin", result.known->origin},
                            {"versions", result.known->versions},
                            {"note", result.known->note}};
    }
    return written;
}

// All of it: whether a known defect is gone is asked again when shards are merged.
json write_known(const known_finding& known) {
    return {{"finding", known.finding}, {"scenario", known.scenario},
            {"origin", known.origin},   {"versions", known.versions},
            {"note", known.note},       {"rate_min", known.rate_min},
            {"line", known.line}};
}

json write_shard(const std::optional<shard_choice>& shard, std::uint32_t attempt) {
    if (!shard) {
        return nullptr;
    }
    return {{"number", shard->number},
            {"total", shard->total},
            {"unit", to_text(shard->unit)},
            {"attempt", attempt}};
}

json write_input(const input_file& input) {
    return {{"file", input.file}, {"digest", to_hex(input.digest)}};
}

json write_deliveries(const fault_deliveries& fault) {
    return {
        {"fault", fault.fault}, {"count", fault.count}, {"overtaken_count", fault.overtaken_count}};
}

json write_cell(const std::optional<grid_cell>& cell) {
    if (!cell) {
        return nullptr;
    }
    return {{"grid", cell->grid}, {"row", cell->row}, {"column", cell->column}};
}

json write_plan(const scenario_result& scenario) {
    return {{"id", scenario.id},
            {"target", scenario.target},
            {"suite", scenario.suite},
            {"scenario", scenario.scenario},
            {"cell", write_cell(scenario.cell)},
            {"suite_file", scenario.suite_file},
            {"target_file", scenario.target_file},
            {"line", scenario.line},
            {"contract_unconfirmed", scenario.unconfirmed},
            {"skipped_because", scenario.skipped_because},
            {"planned_count", scenario.planned_count}};
}

// [first, last] of the cycles' numbers, [first, count] of their places.
json write_planned(const scenario_result& scenario) {
    json written = write_plan(scenario);
    written["cycles"] = list_of(scenario.cycles, [](const cycle_range& range) {
        return json{range.first, range.last};
    });
    written["share"] = list_of(scenario.share, [](const place_range& range) {
        return json{range.first, range.count};
    });
    written["known"] = list_of(scenario.known, write_known);
    written["absent_because"] = scenario.absent_because;
    return written;
}

}  // namespace

void json_lines::line(std::string text) {
    text += '\n';
    out_ << text << std::flush;
    if (!out_) {
        throw environment_error("cannot write the results (disk full?)");
    }
}

void json_lines::header(const run_results& planned) {
    const run_facts& facts = planned.facts;
    json scenarios = json::array();
    for (const scenario_result& scenario : planned.scenarios) {
        scenarios.push_back(write_planned(scenario));
    }
    json checks = json::array();
    for (const check* one : check_catalogue()) {
        checks.push_back(one->name);
    }
    const json header{{"kind", "header"},
                      {"format", format_version},
                      {"stormdrain_version", facts.stormdrain_version},
                      {"command", facts.command},
                      {"program", facts.program},
                      {"seed", to_hex(facts.run_seed)},
                      {"plan_hash", to_hex(facts.plan_hash)},
                      {"hostname", facts.hostname},
                      {"kernel", facts.kernel},
                      {"machine", to_json_value(facts.machine)},
                      {"began", utc_text(facts.began) + "Z"},
                      {"inputs", list_of(facts.inputs, write_input)},
                      {"shard", write_shard(facts.shard, facts.attempt)},
                      {"replays_count", facts.replays_count},
                      {"ab", facts.ab_files},
                      {"through_link", facts.through_link},
                      {"checks", checks},
                      {"scenarios", scenarios}};
    line(dump(header));
}

void json_lines::targets(const run_facts& facts) {
    const json written{{"kind", "targets"}, {"versions", facts.target_versions}};
    line(dump(written));
}

void json_lines::cycle(const std::string& scenario_id, const cycle_record& record,
                       const judged_cycle& judged) {
    json reasons = json::object();
    for (const auto& [check, reason] : judged.reasons) {
        reasons[check] = printable(reason);
    }
    const json written{{"kind", "cycle"},
                       {"id", scenario_id},
                       {"index", judged.index},
                       {"replay", judged.replay},
                       {"plan_hash", to_hex(record.id.plan_hash)},
                       {"requests_count", judged.requests_count},
                       {"time_ms", milliseconds_of(judged.time)},
                       {"stop_time_ms", milliseconds_or_null(judged.stop_time)},
                       {"deliveries", list_of(judged.deliveries, write_deliveries)},
                       {"strikes", list_of(judged.strikes, write_deliveries)},
                       {"outcomes", judged.outcomes},
                       {"reasons", reasons},
                       {"findings", write_findings(judged.findings)},
                       {"record", to_json_value(record)}};
    copied_cycle(dump(written));
}

void json_lines::copied_cycle(std::string text) {
    ++cycles_count_;
    line(std::move(text));
}

void json_lines::scenario(const scenario_result& result) {
    json written = write_plan(result);
    written["kind"] = "scenario";
    written["done_count"] = result.done_count;
    written["absent_count"] = result.absent_count;
    written["requests_count"] = result.requests_count;
    written["time_ms"] = milliseconds_of(result.time);
    written["stop_time_max_ms"] = milliseconds_of(result.stop_time_max);
    written["verdict"] = to_text(result.overall());
    json checks = json::array();
    for (const check_result& one : result.checks) {
        checks.push_back(write_check(one));
    }
    written["checks"] = checks;
    line(dump(written));
}

void json_lines::footer(const run_results& results) {
    const json footer{{"kind", "footer"},
                      {"cycles_count", cycles_count_},
                      {"took_ms", milliseconds_of(results.took)},
                      {"finished", results.finished},
                      {"cut_short_because", results.cut_short_because},
                      {"exit_code", exit_code_for(results.scenarios)}};
    line(dump(footer));
}

}  // namespace stormdrain
