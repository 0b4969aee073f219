#include "harness/report/page/page_series.hpp"

#include "harness/report/kept_folders.hpp"
#include "harness/report/page/scale.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <utility>

namespace stormdrain::page {
namespace {

using nlohmann::json;

struct stop_seen {
    double took_ms = 0;
    bool is_over = true;
};

std::optional<stop_seen> stop_of(const json& stop) {
    const json& began = stop.at("triggered_ms");
    if (!began.is_number()) {
        return std::nullopt;
    }
    const json& ended = stop.at("finished_ms");
    if (ended.is_number()) {
        return stop_seen{ended.get<double>() - began.get<double>(), true};
    }
    double last = stop.at("deadline_ms");
    for (const json& step : stop.at("escalations")) {
        last = std::max(last, step.at("at_ms").get<double>());
    }
    return stop_seen{std::max(0.0, last - began.get<double>()), false};
}

bool has_failure(const json& cycle) {
    return std::ranges::any_of(cycle.at("findings"),
                               [](const json& what) { return what.at("severity") != "warning"; });
}

void take_stop(scenario_series& series, const json& stop, const strip_value& about) {
    const std::optional<stop_seen> seen = stop_of(stop);
    if (!seen) {
        return;
    }
    series.stops.add({seen->took_ms, about.cycle, about.is_bad});
    series.stop_times.add(seen->took_ms);
    series.not_over_count += seen->is_over ? 0U : 1U;
    series.promised_ms.take(stop.at("promised_ms"));
    if (stop.at("deadline_ms").is_number()) {
        series.judged_after_ms.take(stop.at("deadline_ms").get<double>() -
                                    stop.at("triggered_ms").get<double>());
    }
}

// Of an open loop from the instant that its schedule meant, and from the send beside it.
void take_latency(scenario_series& series, const json& requests, const strip_value& about) {
    const bool is_scheduled = requests.contains("latency_from_intended");
    const json& latency = requests.at(is_scheduled ? "latency_from_intended" : "latency");
    const std::uint64_t count = latency.at("count");
    if (count == 0) {
        return;
    }
    series.requests_count += count;
    series.latency_p50.add({latency.at("p50_ms"), about.cycle, about.is_bad});
    series.latency_p99.add({latency.at("p99_ms"), about.cycle, about.is_bad});
    series.latency_max.add({latency.at("max_ms"), about.cycle, about.is_bad});
    if (is_scheduled) {
        series.latency_sent_p99.add(
            {requests.at("latency").at("p99_ms"), about.cycle, about.is_bad});
    }
}

void take_rest(scenario_series& series, const json& record, std::uint32_t cycle) {
    const json& at_rest = record.at("rest").at("at_rest");
    if (!record.at("in_process").get<bool>() || !at_rest.is_object()) {
        return;
    }
    double held = 0;
    for (const json& process : at_rest.at("processes")) {
        held += process.at("descriptors_count").get<double>();
    }
    const std::uint32_t process_number = record.at("process_number");
    if (series.current_life.seen > 0 && series.current_life.process_number != process_number) {
        series.current_life = {};
    }
    series.current_life.process_number = process_number;
    series.current_life.add({static_cast<double>(cycle), held});
    if (series.current_life.seen > series.longest_life.seen) {
        series.longest_life = series.current_life;
    }
}

void take_worst(scenario_series& series, const json& record, double stop_ms, bool is_red) {
    series.red_count += is_red ? 1U : 0U;
    const bool is_worse = is_red && series.worst_is_red
                              ? stop_ms > series.worst_stop_ms
                              : is_red || (!series.worst_is_red && stop_ms > series.worst_stop_ms);
    if (!is_worse || (is_red && series.red_count > kept_folders_max)) {
        return;
    }
    series.worst = story_of(record);
    series.worst_is_red = is_red;
    series.worst_stop_ms = stop_ms;
}

void take_kept(scenario_series& series, const json& cycle, const std::optional<stop_seen>& stop) {
    std::vector<std::string> folders = evidence_folders_of(cycle.at("record"));
    std::set<std::string> broken;
    for (const json& what : cycle.at("findings")) {
        if (what.at("severity") == "failure") {  // of what is known nothing is kept
            broken.insert(what.at("id"));
        }
    }
    if (broken.empty() || folders.empty() || series.kept.size() >= kept_folders_max) {
        return;
    }
    kept_cycle& kept = series.kept.emplace_back();
    kept.cycle = cycle.at("index");
    kept.folders = std::move(folders);
    for (const std::string& id : broken) {
        kept.broken += (kept.broken.empty() ? "" : ", ") + id;
    }
    if (stop) {
        kept.stop = (stop->is_over ? "" : "not over after ") + time_label(stop->took_ms);
    }
}

double edge_ms(double bin) {
    return time_histogram::lowest_ms * std::pow(10.0, bin / time_histogram::bins_per_decade);
}

}  // namespace

void time_histogram::add(double milliseconds) {
    const double place =
        std::log10(std::max(milliseconds, lowest_ms) / lowest_ms) * bins_per_decade;
    min_ms_ = count_ > 0 ? std::min(min_ms_, milliseconds) : milliseconds;
    max_ms_ = std::max(max_ms_, milliseconds);
    ++bins_[std::min(static_cast<int>(place), bins_per_decade * decades)];
    ++count_;
}

double time_histogram::quantile_ms(double share) const {
    std::uint64_t below = 0;
    for (const auto& [bin, count] : bins_) {
        below += count;
        if (static_cast<double>(below) >= share * static_cast<double>(count_)) {
            return std::clamp(edge_ms(bin + 0.5), min_ms_, max_ms_);
        }
    }
    return 0;
}

std::vector<time_histogram::step> time_histogram::tail() const {
    std::vector<step> steps;
    std::uint64_t slower = count_;
    for (const auto& [bin, count] : bins_) {
        steps.push_back({edge_ms(bin), edge_ms(bin + 1),
                         static_cast<double>(slower) / static_cast<double>(count_)});
        slower -= count;
    }
    return steps;
}

void value_range::take(double value) {
    min = max > 0 ? std::min(min, value) : value;
    max = std::max(max, value);
}

void life_points::add(const xy_point& one) {
    if (seen++ % every != 0) {
        return;
    }
    if (descriptors.size() == points_max) {
        for (std::size_t i = 0; i < points_max / 2; ++i) {
            descriptors[i] = descriptors[2 * i];
        }
        descriptors.resize(points_max / 2);
        every *= 2;
        if ((seen - 1) % every != 0) {
            return;
        }
    }
    descriptors.push_back(one);
}

void page_series::read_on(const std::string& results_path) {
    std::ifstream file(results_path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(read_to_));
    for (std::string line; std::getline(file, line) && !file.eof();) {
        read_to_ += line.size() + 1;
        take(line);
    }
}

void page_series::take(const std::string& line) {
    const json read = json::parse(line, nullptr, false);
    try {
        // One that was repeated was not judged, and counts for nothing.
        if (!read.is_object() || read.at("kind") != "cycle" || read.at("outcomes") == "") {
            return;
        }
        const json& record = read.at("record");
        scenario_series& series = scenarios_[read.at("id").get<std::string>()];
        const strip_value about{0, read.at("index"), has_failure(read)};
        take_stop(series, record.at("stop"), about);
        take_latency(series, record.at("requests"), about);
        take_rest(series, record, about.cycle);
        const std::optional<stop_seen> stop = stop_of(record.at("stop"));
        take_worst(series, record, stop ? stop->took_ms : 0.0, about.is_bad);
        take_kept(series, read, stop);
    } catch (const json::exception&) {
        // A line of another version: the reports say so, there is only no picture of it.
        return;
    }
}

const scenario_series* page_series::find(std::string_view scenario_id) const {
    const auto found = scenarios_.find(scenario_id);
    return found != scenarios_.end() ? &found->second : nullptr;
}

}  // namespace stormdrain::page
