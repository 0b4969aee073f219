#include "harness/report/stored_json.hpp"

#include "harness/config/option_table.hpp"
#include "harness/report/json_lines.hpp"

#include <cmath>
#include <ctime>
#include <stdexcept>
#include <vector>

namespace stormdrain::stored_json {
namespace {

using nlohmann::json;

std::uint64_t read_hex(const json& written) {
    const std::string text = written;
    const std::optional<seed> value = read_seed(text);
    if (!value) {
        throw std::invalid_argument("expected a number such as 0x5eed0001, got \"" + text + "\"");
    }
    return *value;
}

// "2026-11-21T01:30:00Z"
std::chrono::system_clock::time_point read_utc(const json& written) {
    const std::string text = written;
    std::tm parts{};
    const char* const end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') {
        throw std::invalid_argument("expected a time such as 2026-11-21T01:30:00Z, got \"" + text +
                                    "\"");
    }
    return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

severity read_severity(const json& written) {
    const std::string word = written;
    for (const severity one : {severity::failure, severity::warning, severity::known}) {
        if (to_text(one) == word) {
            return one;
        }
    }
    throw std::invalid_argument("expected a severity, got \"" + word + "\"");
}

finding read_finding(const json& written) {
    finding what;
    what.id = written.at("id");
    what.how_bad = read_severity(written.at("severity"));
    what.message = written.at("message");
    what.evidence = written.at("evidence").get<std::vector<std::string>>();
    what.cycle = written.at("cycle");
    what.traits = written.at("traits").get<std::vector<std::string>>();
    what.fingerprint = written.at("fingerprint");
    what.over_cycles = written.at("over_cycles");
    return what;
}

known_finding read_known(const json& written) {
    known_finding known;
    known.finding = written.at("finding");
    known.scenario = written.at("scenario");
    known.origin = written.at("origin");
    known.versions = written.at("versions");
    known.note = written.at("note");
    known.rate_min = written.at("rate_min");
    known.line = written.at("line");
    return known;
}

std::optional<grid_cell> read_cell(const json& written) {
    if (written.is_null()) {
        return std::nullopt;
    }
    return grid_cell{written.at("grid"), written.at("row"), written.at("column")};
}

shard_choice read_shard(const json& written) {
    shard_choice shard;
    shard.number = written.at("number");
    shard.total = written.at("total");
    const std::string unit = written.at("unit");
    const std::optional<shard_unit> known = shard_unit_of(unit);
    if (!known || shard.number < 1 || shard.number > shard.total || shard.total > shards_max) {
        throw std::invalid_argument("expected a shard such as 2/4 of scenarios, got " +
                                    std::to_string(shard.number) + "/" +
                                    std::to_string(shard.total) + " of " + unit);
    }
    shard.unit = *known;
    return shard;
}

std::vector<fault_deliveries> read_deliveries(const json& written) {
    std::vector<fault_deliveries> deliveries;
    for (const json& fault : written) {
        deliveries.push_back({fault.at("fault"), fault.at("count"), fault.at("overtaken_count")});
    }
    return deliveries;
}

}  // namespace

std::string why_unreadable(const json& header) {
    const int format = header.at("format");
    if (format != json_lines::format_version) {
        return "expected results of format " + std::to_string(json_lines::format_version) +
               ", got format " + std::to_string(format) + ": of another version of stormdrain";
    }
    std::vector<std::string> checks;
    for (const check* one : check_catalogue()) {
        checks.emplace_back(one->name);
    }
    if (header.at("checks").get<std::vector<std::string>>() != checks) {
        return "the checks in it are not those of this build of stormdrain";
    }
    return {};
}

run_facts read_facts(const json& header) {
    run_facts facts;
    facts.stormdrain_version = header.at("stormdrain_version");
    facts.command = header.at("command");
    facts.program = header.at("program");
    facts.run_seed = read_hex(header.at("seed"));
    facts.plan_hash = read_hex(header.at("plan_hash"));
    facts.hostname = header.at("hostname");
    facts.kernel = header.at("kernel");
    if (header.contains("machine")) {  // older results of this format have no such table
        facts.machine = read_machine_facts(header.at("machine"));
    }
    facts.began = read_utc(header.at("began"));
    facts.replays_count = header.at("replays_count");
    facts.through_link = header.at("through_link");
    facts.ab_files = header.at("ab").get<std::vector<std::string>>();
    for (const json& input : header.at("inputs")) {
        facts.inputs.push_back({input.at("file"), read_hex(input.at("digest"))});
    }
    if (const json& shard = header.at("shard"); !shard.is_null()) {
        facts.shard = read_shard(shard);
        facts.attempt = shard.at("attempt");
    }
    return facts;
}

scenario_result read_planned(const json& written) {
    scenario_result scenario;
    scenario.id = written.at("id");
    scenario.target = written.at("target");
    scenario.suite = written.at("suite");
    scenario.scenario = written.at("scenario");
    scenario.cell = read_cell(written.at("cell"));
    scenario.suite_file = written.at("suite_file");
    scenario.target_file = written.at("target_file");
    scenario.line = written.at("line");
    scenario.unconfirmed = written.at("contract_unconfirmed");
    scenario.skipped_because = written.at("skipped_because");
    scenario.planned_count = written.at("planned_count");
    scenario.absent_because = written.at("absent_because");
    for (const json& range : written.at("cycles")) {
        scenario.cycles.push_back({range.at(0), range.at(1)});
    }
    for (const json& range : written.at("share")) {
        scenario.share.push_back({range.at(0), range.at(1)});
    }
    for (const json& known : written.at("known")) {
        scenario.known.push_back(read_known(known));
    }
    return scenario;
}

judged_cycle read_judged(const json& written) {
    judged_cycle judged;
    judged.index = written.at("index");
    judged.replay = written.at("replay");
    judged.outcomes = written.at("outcomes");
    judged.requests_count = written.at("requests_count");
    judged.time = read_milliseconds(written.at("time_ms"));
    if (const json& stop_time = written.at("stop_time_ms"); !stop_time.is_null()) {
        judged.stop_time = read_milliseconds(stop_time);
    }
    judged.reasons = written.at("reasons").get<std::map<std::string, std::string>>();
    judged.deliveries = read_deliveries(written.at("deliveries"));
    judged.strikes = read_deliveries(written.at("strikes"));
    for (const json& what : written.at("findings")) {
        judged.findings.push_back(read_finding(what));
    }
    for (const char letter : judged.outcomes) {
        if (!judged_cycle::outcome_of(letter)) {
            throw std::invalid_argument("expected letters of outcomes, got \"" + judged.outcomes +
                                        "\"");
        }
    }
    return judged;
}

std::chrono::microseconds read_milliseconds(const json& written) {
    return std::chrono::microseconds(std::llround(written.get<double>() * 1000.0));
}

}  // namespace stormdrain::stored_json
