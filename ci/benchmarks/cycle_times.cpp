#include "ci/benchmarks/cycle_times.hpp"

#include <nlohmann/json.hpp>

#include <sstream>
#include <stdexcept>
#include <string_view>

namespace stormdrain::benchmarks {
namespace {

using nlohmann::json;

double at_ms_of(const json& record, std::string_view event) {
    for (const json& one : record.at("timeline")) {
        if (one.at("what").get<std::string>().starts_with(event)) {
            return one.at("at_ms");
        }
    }
    throw std::runtime_error("a cycle without the event \"" + std::string(event) + "\"");
}

std::optional<hang_times> read_hang(const json& record) {
    const json& stop = record.at("stop");
    const json& hang = stop.at("hang");
    if (hang.is_null()) {
        return std::nullopt;
    }
    hang_times times;
    times.deadline_to_kill_ms =
        at_ms_of(record, "SIGKILL: ") - stop.at("deadline_ms").get<double>();
    times.watched_ms = hang.at("watched_ms");
    times.stacks_missing = hang.at("stacks_missing");
    for (const json& group : hang.at("stacks")) {
        times.stacks_count += group.at("threads").size();
    }
    return times;
}

// Of the server alone: its children may end, too.
std::uint64_t count_at_exit(const json& record) {
    for (const json& end : record.at("at_exit").at("ends")) {
        if (end.at("held").at("pid") == record.at("server_pid")) {
            return end.at("held").at("descriptors_count");
        }
    }
    return 0;
}

cycle_times read_cycle(const json& record) {
    const json& stop = record.at("stop");
    const double triggered_ms = stop.at("triggered_ms");
    cycle_times times;
    times.total_ms = record.at("total_ms");
    times.launched_ms = record.at("start").at("launched_ms");
    times.stop_to_exit_ms = at_ms_of(record, "stopped") - triggered_ms;
    times.server_cpu_ms = record.value("server_cpu_ms", 0.0);
    const double load_began_ms = at_ms_of(record, "load begins");
    times.load_ms = triggered_ms - load_began_ms;
    times.requests_count = record.at("requests").at("started");
    times.unusual_count = record.at("requests").at("unusual_count");
    times.witness = record.at("at_exit").at("witness");
    times.descriptors_at_exit_count = count_at_exit(record);
    for (const json& fault : record.at("faults")) {
        const json& injection = fault.at("injections").at(0);
        times.fault_ms = injection.at("ended_ms").get<double>() - load_began_ms;
    }
    times.hang = read_hang(record);
    return times;
}

}  // namespace

std::vector<cycle_times> read_cycle_times(const std::string& results) {
    std::vector<cycle_times> cycles;
    std::istringstream lines(results);
    for (std::string line; std::getline(lines, line);) {
        const json read = json::parse(line, nullptr, false);
        if (!read.is_object() || read.value("kind", "") != "cycle") {
            continue;
        }
        try {
            cycles.push_back(read_cycle(read.at("record")));
        } catch (const json::exception& error) {
            throw std::runtime_error("a cycle without all of its times: " +
                                     std::string(error.what()));
        }
    }
    return cycles;
}

}  // namespace stormdrain::benchmarks
