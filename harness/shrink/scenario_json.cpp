#include "harness/shrink/scenario_json.hpp"

#include "harness/config/quantity.hpp"
#include "harness/plan/readers/load_reader.hpp"
#include "harness/plan/readers/suite_reader.hpp"
#include "harness/plan/stop_moment.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {
namespace {

using nlohmann::ordered_json;

// As .clang-format has it for this tree.
constexpr std::size_t line_characters_max = 100;
constexpr std::size_t indent_characters = 4;

template <class Enum>
std::string word_of(choice_table<Enum> words, Enum meant) {
    for (const auto& [word, meaning] : words) {
        if (meaning == meant) {
            return std::string(word);
        }
    }
    return {};
}

// What contradicts a key is not there beside it. A copy without it: erase() of an ordered object
// leaves its other values with a wrong parent (JSON_DIAGNOSTICS).
ordered_json without(const ordered_json& load, const std::vector<std::string_view>& keys) {
    ordered_json kept = ordered_json::object();
    for (const auto& [key, value] : load.items()) {
        if (std::ranges::find(keys, key) == keys.end()) {
            kept[key] = value;
        }
    }
    return kept;
}

ordered_json with_shape(const ordered_json& plain, const load_profile& load) {
    const bool has_burst = load.burst > duration::zero();
    const bool has_rate = load.open_loop.per_second > 0;
    std::vector<std::string_view> contradicted;
    if (has_burst) {
        contradicted = {"think_time", "requests", "requests_per_connection"};
    } else if (has_rate || load.pipeline_depth > 1) {
        contradicted = {"think_time"};
    }
    ordered_json made = without(plain, contradicted);
    if (load.pipeline_depth > 1) {
        made["pipeline"] = load.pipeline_depth;
    }
    if (has_rate) {
        made["rate"] = std::to_string(static_cast<std::uint64_t>(load.open_loop.per_second)) + "/s";
    }
    if (const duration ramp = std::max(load.open_loop.ramp, load.clients_ramp);
        ramp > duration::zero()) {
        made["ramp"] = spell_duration(ramp);
    }
    if (has_burst) {
        made["burst"] = spell_duration(load.burst);
    }
    return made;
}

ordered_json json_of(const load_profile& load) {
    ordered_json made{
        {"port", load.port},
        {"routes", load.routes},
        {"clients", load.clients_count},
        {"requests", load.requests_per_client},
        {"requests_per_connection", load.requests_per_connection},
        {"think_time", spell_duration(load.think_time)},
        {"timeout", spell_duration(load.request_timeout)},
        {"sources", load.sources_count},
        {"tls",
         {{"version", word_of(tls_version_words(), load.tls.version)},
          {"resume", load.tls.resumes}}},
        {"after_stop", word_of(after_stop_words(), load.after)},
        {"protocol", word_of(load_protocol_words(), load.protocol)},
    };
    if (is_http2(load.protocol)) {
        made["streams_per_connection"] = load.streams_per_connection;
    }
    return with_shape(made, load);
}

ordered_json json_of(const link_use& link) {
    ordered_json made{{"between", to_text(link.between)}};
    if (!link.only.empty()) {
        made[link.between == link_place::load_and_target ? "port" : "origin"] = link.only;
    }
    made["toxics"] = ordered_json::array();
    for (const toxic_spec& toxic : link.toxics) {
        made["toxics"].push_back(ordered_json::parse(to_file_json(toxic)));
    }
    return made;
}

// `own_port` is where it goes without saying.
ordered_json json_of(const fault_use& use, const std::string& own_port) {
    ordered_json made{{"kind", use.kind}};
    if (use.port != own_port) {
        made["port"] = use.port;
    }
    if (use.share > 0) {
        made["share"] = use.share;
    } else {
        made["connections"] = use.connections_count;
    }
    made["times"] = use.times;
    made.update(ordered_json::parse(use.settings));
    return made;
}

ordered_json json_of(const stop_choice& stop) {
    ordered_json made{{"mode", stop.mode}, {"at", to_text(stop.at)}};
    if (has_offset(stop.at)) {
        made["between"] = {spell_duration(stop.between_min), spell_duration(stop.between_max)};
    }
    return made;
}

ordered_json json_of(const expectations& wanted) {
    ordered_json made = ordered_json::object();
    if (wanted.p99) {
        made["p99"] = spell_duration(*wanted.p99);
    }
    if (wanted.dropped_connections_max) {
        made["dropped_connections"] = *wanted.dropped_connections_max;
    }
    if (wanted.origin_reuse_min) {
        made["origin_reuse"] = *wanted.origin_reuse_min;
    }
    return made;
}

std::string on_one_line(const ordered_json& value) {
    if (value.is_object() || value.is_array()) {
        std::string text;
        for (const auto& [key, inner] : value.items()) {
            text += text.empty() ? "" : ", ";
            text += value.is_object() ? ordered_json(key).dump() + ": " : "";
            text += on_one_line(inner);
        }
        return value.is_object() ? "{" + text + "}" : "[" + text + "]";
    }
    return value.dump();
}

// What fits a line stands on one.
std::string indented(const ordered_json& value, std::size_t before, std::size_t depth) {
    std::string line = on_one_line(value);
    if (before + line.size() <= line_characters_max || !value.is_structured() || value.empty()) {
        return line;
    }
    const std::string margin((depth + 1) * indent_characters, ' ');
    std::string text;
    for (const auto& [key, inner] : value.items()) {
        const std::string name = value.is_object() ? ordered_json(key).dump() + ": " : "";
        text += text.empty() ? "\n" : ",\n";
        // One more for the comma behind it.
        text += margin + name + indented(inner, margin.size() + name.size() + 1, depth + 1);
    }
    text += "\n" + std::string(depth * indent_characters, ' ');
    return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

}  // namespace

std::string meaning_of(const scenario& what) {
    ordered_json made = ordered_json::object();
    if (what.load) {
        made["load"] = json_of(*what.load);
    }
    ordered_json faults = ordered_json::array();
    for (const fault_use& use : what.faults) {
        faults.push_back(json_of(use, what.load ? what.load->port : load_profile{}.port));
    }
    made["faults"] = std::move(faults);
    ordered_json links = ordered_json::array();
    for (const link_use& link : what.links) {
        links.push_back(json_of(link));
    }
    made["links"] = std::move(links);
    made["stop"] = json_of(what.stop);
    made["log_sink"] = to_text(what.log_sink);
    if (what.exit_within) {
        made["exit_within"] = spell_duration(*what.exit_within);
    }
    made["expect"] = json_of(what.expected);
    made["restart"] = what.restart;
    return made.dump();
}

std::string suite_text(const suite_frame& frame, const std::string& scenario) {
    ordered_json only{{"name", frame.scenario_name}, {"cycles", frame.cycles_count}};
    only.update(ordered_json::parse(scenario));
    ordered_json file{{"stormdrain", 1}, {"name", frame.name}};
    if (!frame.description.empty()) {
        file["description"] = frame.description;
    }
    if (!frame.target_files.empty()) {
        file["targets"] = frame.target_files;
    }
    file["scenarios"] = ordered_json::array({std::move(only)});
    return indented(file, line_characters_max, 0) + "\n";
}

std::shared_ptr<const suite> read_scenario(const suite_frame& frame, const std::string& scenario,
                                           const std::string& file) {
    std::vector<problem> problems;
    return read_suite_text(file, suite_text(frame, scenario), problems);
}

}  // namespace stormdrain
