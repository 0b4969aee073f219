#include "harness/report/trace_events.hpp"

#include "harness/report/page/cycle_story.hpp"
#include "harness/report/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

using nlohmann::json;
using page::cycle_story;
using page::mark_kind;
using page::span_kind;
using page::story_lane;
using page::story_mark;
using page::story_span;

// More than a record holds; a viewer takes a hundred times as much.
constexpr page::story_bounds whole_story{1000, 1000, 1000};
constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t detail_bytes_max = 2000;
// Two who note the same end one after the other: the later one is not drawn beside the first.
constexpr std::int64_t overhang_us_max = 1000;

// The actors. Their numbers are the trace's own: a server may have had the same pid before.
constexpr int server_actor = 1;
constexpr int clients_actor = 2;
constexpr int harness_actor = 3;

std::string_view category_of(span_kind kind) {
    switch (kind) {
        case span_kind::starting:
            return "starting";
        case span_kind::serving:
            return "serving";
        case span_kind::stopping:
            return "stopping";
        case span_kind::overdue:
            return "overdue";
        case span_kind::open:
            return "connection";
        case span_kind::request:
            return "request";
        case span_kind::failed_request:
            return "failed_request";
    }
    return "connection";
}

std::string_view category_of(mark_kind kind) {
    switch (kind) {
        case mark_kind::note:
            return "note";
        case mark_kind::fault:
            return "fault";
        case mark_kind::stop:
            return "stop";
        case mark_kind::listener_gone:
            return "listener_gone";
        case mark_kind::deadline:
            return "deadline";
        case mark_kind::kill:
            return "kill";
        case mark_kind::finished:
            return "finished";
    }
    return "note";
}

// Microseconds, as the format has them.
std::int64_t microseconds(double milliseconds) {
    return std::max<std::int64_t>(std::llround(milliseconds * 1000), 0);
}

class trace_builder {
public:
    explicit trace_builder(const json& record)
        : record_(record), story_(page::story_of(record, whole_story)) {
        note_addresses(record);
    }

    json build();

private:
    void note_addresses(const json& part);
    void name_actor(int actor, const std::string& name);
    int add_track(int actor, const std::string& name);
    void add_lane(int actor, const story_lane& lane);
    void add_span(int actor, int track, const story_span& span, std::int64_t end);
    void add_mark(int actor, int track, const story_mark& mark);
    void add_harness();
    void add_counters();
    void count_descriptors(const json& census);
    void count_connections(const json& held);
    void add_counter(std::string_view name, const json& at_ms, std::uint64_t value);

    const json& record_;
    cycle_story story_;
    std::map<std::string, std::string> addresses_;  // of clients, by the lane's name
    json events_ = json::array();
    int tracks_count_ = 0;
};

// A capture of the same cycle knows connections by these. They stand in the record wherever
// somebody looked at a connection.
void trace_builder::note_addresses(const json& part) {
    const bool is_connection = part.is_object() && part.contains("id") && part.contains("local") &&
                               part.contains("server_sees");
    if (is_connection && !part.at("local").get_ref<const std::string&>().ends_with(":0")) {
        addresses_.try_emplace("connection " + part.at("id").dump(), part.at("local"));
    } else if (part.is_structured()) {
        for (const json& inside : part) {
            note_addresses(inside);
        }
    }
}

void trace_builder::name_actor(int actor, const std::string& name) {
    events_.push_back({{"ph", "M"},
                       {"name", "process_name"},
                       {"pid", actor},
                       {"tid", 0},
                       {"args", {{"name", name}}}});
    events_.push_back({{"ph", "M"},
                       {"name", "process_sort_index"},
                       {"pid", actor},
                       {"tid", 0},
                       {"args", {{"sort_index", actor}}}});
}

int trace_builder::add_track(int actor, const std::string& name) {
    const int track = ++tracks_count_;
    events_.push_back({{"ph", "M"},
                       {"name", "thread_name"},
                       {"pid", actor},
                       {"tid", track},
                       {"args", {{"name", name}}}});
    events_.push_back({{"ph", "M"},
                       {"name", "thread_sort_index"},
                       {"pid", actor},
                       {"tid", track},
                       {"args", {{"sort_index", track}}}});
    return track;
}

void trace_builder::add_span(int actor, int track, const story_span& span, std::int64_t end) {
    const std::int64_t from = microseconds(span.from_ms);
    events_.push_back({{"ph", "X"},
                       {"name", one_line(span.what, name_bytes_max)},
                       {"cat", category_of(span.kind)},
                       {"pid", actor},
                       {"tid", track},
                       {"ts", from},
                       {"dur", end - from},
                       {"args", {{"what", one_line(span.what, detail_bytes_max)}}}});
}

void trace_builder::add_mark(int actor, int track, const story_mark& mark) {
    // What concerns all tracks is drawn across them.
    const bool is_for_all = mark.kind == mark_kind::stop || mark.kind == mark_kind::deadline ||
                            mark.kind == mark_kind::kill;
    std::string name(category_of(mark.kind));
    if (!mark.what.empty() && mark.what != name) {
        name += ": " + mark.what;
    }
    events_.push_back({{"ph", "i"},
                       {"name", one_line(name, name_bytes_max)},
                       {"cat", category_of(mark.kind)},
                       {"pid", actor},
                       {"tid", track},
                       {"ts", microseconds(mark.at_ms)},
                       {"s", is_for_all ? "g" : "t"},
                       {"args", {{"what", one_line(mark.what, detail_bytes_max)}}}});
}

// Slices of a track have to lie inside each other or apart: what overlaps otherwise, as requests in
// a pipeline do, goes to a further track of the same lane.
void trace_builder::add_lane(int actor, const story_lane& lane) {
    struct open_track {
        int number = 0;
        std::vector<std::int64_t> ends;  // of the slices around the next one
    };
    std::vector<story_span> spans = lane.spans;
    std::ranges::stable_sort(spans, [](const story_span& left, const story_span& right) {
        return std::pair(microseconds(left.from_ms), -microseconds(left.to_ms)) <
               std::pair(microseconds(right.from_ms), -microseconds(right.to_ms));
    });
    const auto address = addresses_.find(lane.name);
    const std::string name =
        lane.name + (address == addresses_.end() ? "" : " from " + address->second);
    std::vector<open_track> tracks{{add_track(actor, name), {}}};
    for (const story_span& span : spans) {
        const std::int64_t from = microseconds(span.from_ms);
        const std::int64_t to = std::max(microseconds(span.to_ms), from);
        const auto fits = [from, to](open_track& track) {
            while (!track.ends.empty() && track.ends.back() <= from) {
                track.ends.pop_back();
            }
            return track.ends.empty() || to <= track.ends.back() + overhang_us_max;
        };
        auto place = std::ranges::find_if(tracks, fits);
        if (place == tracks.end()) {
            const std::string number = std::to_string(tracks.size() + 1);
            tracks.push_back({add_track(actor, name + ", " + number), {}});
            place = tracks.end() - 1;
        }
        const std::int64_t end = place->ends.empty() ? to : std::min(to, place->ends.back());
        place->ends.push_back(end);
        add_span(actor, place->number, span, end);
    }
    for (const story_mark& mark : lane.marks) {
        add_mark(actor, tracks.front().number, mark);
    }
}

void trace_builder::add_harness() {
    name_actor(harness_actor, "stormdrain");
    const int track = add_track(harness_actor, "cycle");
    if (story_.deadline_ms) {
        add_mark(harness_actor, track,
                 {*story_.deadline_ms, mark_kind::deadline, "to be over with all allowances"});
    }
    for (const page::story_event& event : story_.events) {
        add_mark(harness_actor, track, {event.at_ms, mark_kind::note, event.what});
    }
}

void trace_builder::add_counter(std::string_view name, const json& at_ms, std::uint64_t value) {
    events_.push_back({{"ph", "C"},
                       {"name", name},
                       {"pid", server_actor},
                       {"tid", 0},
                       {"ts", microseconds(at_ms)},
                       {"args", {{"held", value}}}});
}

void trace_builder::count_descriptors(const json& census) {
    if (!census.is_object()) {
        return;
    }
    std::uint64_t count = 0;
    for (const json& process : census.at("processes")) {
        count += process.at("descriptors_count").get<std::uint64_t>();
    }
    add_counter("descriptors", census.at("taken_at_ms"), count);
}

void trace_builder::count_connections(const json& held) {
    if (held.is_object()) {
        add_counter("client connections", held.at("at_ms"), held.at("count"));
    }
}

// At the instants at which somebody looked.
void trace_builder::add_counters() {
    const json& rest = record_.at("rest");
    const json& stop = record_.at("stop");
    for (const json* const census :
         {&rest.at("baseline"), &rest.at("at_rest"), &stop.at("at_deadline")}) {
        count_descriptors(*census);
    }
    for (const char* const when :
         {"held_before_trigger", "held_at_trigger", "held_at_listener_gone"}) {
        count_connections(stop.at(when));
    }
}

json trace_builder::build() {
    const std::string target = record_.at("target").get<std::string>();
    name_actor(server_actor, "server " + target);
    name_actor(clients_actor, "connections");
    for (std::size_t index = 0; index < story_.lanes.size(); ++index) {
        const story_lane& lane = story_.lanes[index];
        const bool is_connection = lane.name.starts_with("connection ");
        add_lane(is_connection ? clients_actor : server_actor, lane);
    }
    add_harness();
    add_counters();
    const std::string cycle = target + "/" + record_.at("suite").get<std::string>() + "/" +
                              record_.at("scenario").get<std::string>() + " cycle " +
                              std::to_string(story_.cycle);
    return {{"displayTimeUnit", "ms"},
            {"otherData",
             {{"cycle", cycle},
              {"cycle_seed", record_.at("cycle_seed")},
              {"connections_left_out", std::to_string(story_.connections_left_out)}}},
            {"traceEvents", std::move(events_)}};
}

}  // namespace

void write_trace_events(std::ostream& out, const json& record) {
    // What a server wrote may be no UTF-8.
    out << trace_builder(record).build().dump(-1, ' ', false, json::error_handler_t::replace)
        << "\n";
}

}  // namespace stormdrain
