#include "harness/report/page/cycle_story.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace stormdrain::page {
namespace {

using nlohmann::json;

constexpr std::size_t last_words_bytes_max = 3000;

std::optional<double> time_at(const json& of, const char* key) {
    const auto found = of.find(key);
    return found != of.end() && found->is_number() ? std::optional(found->get<double>())
                                                   : std::nullopt;
}

std::string text_at(const json& of, const char* key) {
    const auto found = of.find(key);
    return found != of.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "/out/cycles/reference.moments.idle/7/server.log": the folder, from the results' own on.
std::string folder_of(const std::string& output_path) {
    const std::size_t begins = output_path.rfind("/cycles/");
    const std::size_t ends = output_path.rfind('/');
    return begins == std::string::npos || ends <= begins + 1
               ? std::string()
               : output_path.substr(begins + 1, ends - begins - 1);
}

// "/out/shard-2-1/cycles/a/7/server.log" is in "shard-2-1"; empty: it is of no shard.
std::string shard_folder_of(const std::string& output_path) {
    const std::size_t ends = output_path.rfind("/cycles/");
    const std::size_t begins =
        ends == std::string::npos ? ends : output_path.substr(0, ends).rfind('/');
    if (begins == std::string::npos) {
        return {};
    }
    const std::string name = output_path.substr(begins + 1, ends - begins - 1);
    return name.starts_with("shard-") ? name : std::string();
}

// A connection that was open when somebody looked, and not when somebody looked again.
class last_seen {
public:
    explicit last_seen(const json& stop) {
        for (const char* const when :
             {"held_before_trigger", "held_at_trigger", "held_at_listener_gone"}) {
            if (const json& held = stop.at(when); held.is_object()) {
                take(held.at("rows"), held.at("at_ms"), held.at("count"));
            }
        }
        const json& hang = stop.at("hang");
        const json& deadline = stop.at("at_deadline");
        if (hang.is_object() && deadline.is_object()) {
            const json& rows = hang.at("connections");
            take(rows, deadline.at("taken_at_ms"), rows.size());
        }
    }

    // Empty: it was open to the last, or nobody looked.
    std::optional<double> gone_by(std::int64_t connection) const {
        std::optional<double> gone;
        for (auto one = looks_.rbegin(); one != looks_.rend(); ++one) {
            if (one->open.contains(connection)) {
                return gone;
            }
            gone = one->is_complete ? std::optional(one->at_ms) : gone;
        }
        return std::nullopt;
    }

private:
    struct look {
        double at_ms = 0;
        bool is_complete = true;  // of very many connections only some are written down
        std::set<std::int64_t> open;
    };

    void take(const json& rows, double at_ms, std::uint64_t count) {
        look& made = looks_.emplace_back();
        made.at_ms = at_ms;
        made.is_complete = rows.size() == count;
        for (const json& row : rows) {
            if (const json& client = row.at("client"); client.is_object()) {
                made.open.insert(client.at("id").get<std::int64_t>());
            }
        }
    }

    std::vector<look> looks_;  // in the order of their time
};

class story_builder {
public:
    story_builder(const json& record, const story_bounds& bounds)
        : record_(record),
          stop_(record.at("stop")),
          start_(record.at("start")),
          bounds_(bounds),
          seen_(stop_) {}

    cycle_story build();

private:
    void add_server();
    void add_stop(story_lane& server);
    void add_listener();
    void add_connections();
    void add_rows(const json& rows, const char* inside);
    void add_connection(const json& row);
    void add_requests(const json& rows);
    void add_faults(story_lane& server);
    void add_proof(story_fault fault);
    void add_events();
    story_lane& connection(std::int64_t id);

    const json& record_;
    const json& stop_;
    const json& start_;
    const story_bounds& bounds_;
    last_seen seen_;
    cycle_story story_;
    std::map<std::int64_t, story_lane> connections_;
    std::set<std::int64_t> struck_;  // connections with a fault
    std::set<std::int64_t> opened_;  // whose life is drawn
};

story_lane& story_builder::connection(std::int64_t id) {
    story_lane& lane = connections_[id];
    lane.name = "connection " + std::to_string(id);
    return lane;
}

void story_builder::add_server() {
    story_lane server;
    server.name = "server";
    const double from = time_at(start_, "launched_ms").value_or(0);
    const json& exit = record_.at("exit");
    const double exited =
        exit.is_null() ? story_.total_ms : time_at(exit, "at_ms").value_or(story_.total_ms);
    const double served = std::min(time_at(start_, "served_ms").value_or(exited), exited);
    const double stop = std::clamp(story_.stop_ms.value_or(exited), served, exited);
    server.spans.push_back({from, served, span_kind::starting, "starting"});
    server.spans.push_back({served, stop, span_kind::serving, "serving"});
    if (story_.stop_ms) {
        const double over =
            std::max(stop, std::min(time_at(stop_, "finished_ms").value_or(exited), exited));
        const double due = std::clamp(story_.deadline_ms.value_or(over), stop, over);
        server.spans.push_back({stop, due, span_kind::stopping, "stopping"});
        if (over > due) {
            server.spans.push_back({due, over, span_kind::overdue, "overdue"});
        }
        if (record_.value("in_process", false) && exited > over) {
            server.spans.push_back({over, exited, span_kind::serving, "serving again"});
        }
    }
    add_stop(server);
    if (!exit.is_null()) {
        server.marks.push_back({exited, mark_kind::finished, text_at(exit, "text")});
    }
    add_faults(server);
    story_.lanes.push_back(std::move(server));
}

void story_builder::add_stop(story_lane& server) {
    if (story_.stop_ms) {
        server.marks.push_back({*story_.stop_ms, mark_kind::stop, text_at(stop_, "trigger")});
    }
    for (const json& step : stop_.at("escalations")) {
        server.marks.push_back(
            {step.at("at_ms"), mark_kind::kill, step.at("signal").get<std::string>()});
    }
}

void story_builder::add_listener() {
    const std::optional<double> listening = time_at(start_, "listening_ms");
    if (!listening) {
        return;
    }
    story_lane listener;
    listener.name = "listener";
    const std::optional<double> gone = time_at(stop_, "listener_gone_ms");
    listener.spans.push_back(
        {*listening, gone.value_or(story_.total_ms), span_kind::serving, "listening"});
    if (gone) {
        listener.marks.push_back({*gone, mark_kind::listener_gone, "listener closed"});
    }
    story_.lanes.push_back(std::move(listener));
}

void story_builder::add_connection(const json& row) {
    const std::int64_t id = row.at("id");
    if (!opened_.insert(id).second) {
        return;
    }
    const std::optional<double> closed_at = time_at(row, "closed_ms");
    const std::optional<double> gone_by = closed_at ? std::nullopt : seen_.gone_by(id);
    const double ended = closed_at ? *closed_at : gone_by.value_or(story_.total_ms);
    story_lane& lane = connection(id);
    lane.spans.insert(
        lane.spans.begin(),
        {row.at("opened_ms"), ended, span_kind::open,
         text_at(row, "purpose") + ", " + (gone_by ? std::string("closed") : text_at(row, "end"))});
    if (const std::optional<double> closed = time_at(row, "server_closed_ms")) {
        lane.marks.push_back({*closed, mark_kind::note, "the server closed it"});
    }
}

void story_builder::add_rows(const json& rows, const char* inside) {
    if (!rows.is_array()) {
        return;
    }
    for (const json& row : rows) {
        const json& client = inside == nullptr ? row : row.at(inside);
        if (client.is_object()) {
            add_connection(client);
        }
    }
}

void story_builder::add_requests(const json& rows) {
    for (const json& row : rows) {
        story_lane& lane = connection(row.at("connection"));
        if (lane.spans.size() >= bounds_.spans_max) {
            continue;
        }
        const std::string end = text_at(row, "end");
        const int status = row.value("status", 0);
        const bool is_good = text_at(row, "error").empty() && status > 0 && status < 500;
        lane.spans.push_back(
            {row.at("started_ms"), row.at("ended_ms"),
             is_good ? span_kind::request : span_kind::failed_request,
             text_at(row, "route") + ": " + end +
                 (status > 0 ? ", " + std::to_string(status) : std::string()) +
                 (text_at(row, "error").empty() ? "" : ", " + text_at(row, "error"))});
    }
}

void story_builder::add_faults(story_lane& server) {
    for (const json& fault : record_.at("faults")) {
        const bool is_of_process = fault.value("strikes_process", false);
        for (const json& one : fault.at("injections")) {
            const std::optional<double> struck = time_at(one, "struck_ms");
            if (!one.value("delivered", false) || !struck) {
                continue;
            }
            const story_mark mark{*struck, mark_kind::fault,
                                  text_at(fault, "kind") + ": " + text_at(one, "proof")};
            const std::int64_t id = one.at("connection");
            const bool is_of_server = is_of_process || id == 0;
            add_proof({*struck, text_at(fault, "kind"),
                       is_of_server ? "the server" : "connection " + std::to_string(id),
                       text_at(one, "proof")});
            if (is_of_server) {
                if (server.marks.size() < bounds_.spans_max) {
                    server.marks.push_back(mark);
                }
                continue;
            }
            struck_.insert(id);
            story_lane& lane = connection(id);
            const double ended = time_at(one, "ended_ms").value_or(*struck);
            lane.spans.insert(lane.spans.begin(), {*struck, ended, span_kind::open, "held"});
            if (lane.marks.size() < bounds_.spans_max) {
                lane.marks.push_back(mark);
            }
        }
    }
}

void story_builder::add_proof(story_fault fault) {
    if (story_.faults.size() == cycle_story::faults_max) {
        ++story_.faults_left_out;
        return;
    }
    story_.faults.push_back(std::move(fault));
}

void story_builder::add_connections() {
    for (const char* const when :
         {"held_before_trigger", "held_at_trigger", "held_at_listener_gone"}) {
        if (const json& held = stop_.at(when); held.is_object()) {
            add_rows(held.at("rows"), "client");
        }
    }
    add_rows(stop_.at("behind"), nullptr);
    add_rows(record_.at("rest").at("behind"), nullptr);
    if (const json& hang = stop_.at("hang"); hang.is_object()) {
        add_rows(hang.at("connections"), "client");
    }
    add_requests(record_.at("requests").at("across_stop"));
    add_requests(record_.at("requests").at("unusual"));
    for (const bool of_struck : {true, false}) {
        for (auto& [id, lane] : connections_) {
            if (struck_.contains(id) != of_struck) {
                continue;
            }
            if (story_.lanes.size() >= 2 + bounds_.connections_max) {
                ++story_.connections_left_out;
                continue;
            }
            story_.lanes.push_back(std::move(lane));
        }
    }
}

void story_builder::add_events() {
    for (const json& event : record_.at("timeline")) {
        if (story_.events.size() == bounds_.events_max) {
            break;
        }
        story_.events.push_back({event.at("at_ms"), event.at("what")});
    }
}

cycle_story story_builder::build() {
    story_.cycle = record_.at("index");
    story_.total_ms = record_.at("total_ms");
    story_.stop_ms = time_at(stop_, "triggered_ms");
    if (story_.stop_ms) {
        story_.deadline_ms = time_at(stop_, "deadline_ms");
    }
    add_server();
    add_listener();
    add_connections();
    add_events();
    const json& output = record_.at("output");
    if (const std::vector<std::string> folders = evidence_folders_of(record_); !folders.empty()) {
        story_.folder = folders.back();
    }
    story_.last_words = text_at(output, "tail");
    if (story_.last_words.size() > last_words_bytes_max) {
        story_.last_words.erase(0, story_.last_words.size() - last_words_bytes_max);
    }
    if (const json& hang = stop_.at("hang"); hang.is_object()) {
        story_.hang = text_at(hang, "why");
    }
    return std::move(story_);
}

}  // namespace

cycle_story story_of(const json& record, const story_bounds& bounds) {
    return story_builder(record, bounds).build();
}

std::vector<std::string> evidence_folders_of(const json& record) {
    const std::string path = text_at(record.at("output"), "path");
    const std::string folder = folder_of(path);
    if (folder.empty()) {
        return {};
    }
    const std::string shard = shard_folder_of(path);
    return shard.empty() ? std::vector<std::string>{folder}
                         : std::vector<std::string>{shard + "/" + folder, folder};
}

}  // namespace stormdrain::page
