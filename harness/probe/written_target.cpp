#include "harness/probe/written_target.hpp"

#include "harness/config/quantity.hpp"
#include "harness/probe/json_text.hpp"
#include "harness/probe/probe_words.hpp"
#include "harness/probe/stop_times.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

constexpr std::size_t indent_step = 4;
constexpr std::size_t comment_bytes_max = 160;
constexpr duration fine_step = std::chrono::milliseconds(100);

std::string in_json(std::string_view text) {
    std::string quoted = "\"";
    for (const char character : text) {
        quoted += character == '"' || character == '\\' ? "\\" : "";
        quoted += character;
    }
    return quoted + "\"";
}

std::string in_json(duration length) {
    return in_json(spell_duration(length));
}

// One key of an object, as text.
struct key_line {
    std::string key;
    std::string value;     // JSON
    std::string evidence;  // a comment; empty: none
    std::string lead;      // of a line that is taken over: its author's own comments
};

std::string rendered(const std::vector<key_line>& lines, std::size_t indent) {
    const std::string margin(indent + indent_step, ' ');
    std::string text = "{";
    for (std::size_t index = 0; index < lines.size(); ++index) {
        const key_line& line = lines[index];
        text += index == 0 ? "\n" : ",\n";
        if (!line.evidence.empty()) {
            text += margin + "// " + one_line(line.evidence, comment_bytes_max) + "\n";
        }
        if (!line.lead.empty()) {
            text += margin + line.lead + "\n";
        }
        text += margin + in_json(line.key) + ": " + line.value;
    }
    return text + (lines.empty() ? "}" : "\n" + std::string(indent, ' ') + "}");
}

// Comments before a key that stays, without the blanks around them.
std::string comments_in(std::string_view lead) {
    const std::size_t first = lead.find_first_not_of(" \t\r\n");
    const std::size_t last = lead.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos ? "" : std::string(lead.substr(first, last - first + 1));
}

std::string in_json(const exit_promise& longest) {
    return longest.within ? in_json(promise_for(*longest.within)) : in_json("unbounded");
}

template <class Value>
void add(std::vector<key_line>& lines, std::string_view key, const measured<Value>& what) {
    if (what.value) {
        lines.push_back({std::string(key), json_of(*what.value), what.evidence, ""});
    }
}

// What was measured of a mode, in the order of the README.
std::vector<key_line> lines_of(const measured_stop& seen, const measured_running& running,
                               std::size_t indent) {
    std::vector<key_line> lines;
    std::vector<key_line> whiles;
    for (const auto& [condition, time] : seen.times) {
        if (!time.value) {
            continue;
        }
        if (condition != held_condition::none) {
            whiles.push_back(
                {std::string(to_text(condition)), in_json(*time.value), time.evidence, ""});
        } else if (time.value->within) {  // a stop that never ends can be promised by nobody
            lines.push_back({"exit_within", in_json(*time.value), time.evidence, ""});
        }
    }
    if (!whiles.empty()) {
        lines.push_back({"exit_within_while", rendered(whiles, indent + indent_step), "", ""});
    }
    add(lines, "in_flight", seen.in_flight);
    add(lines, "listener", seen.listener);
    add(lines, "exit_status", seen.exit_status);
    add(lines, "second_signal", seen.second_signal);
    if (seen.second_signal.value != second_signal_promise::ignored) {
        add(lines, "exit_status_after_second_signal", seen.exit_status_after_second_signal);
    }
    if (seen.drains_backlog.value == false) {  // true may be luck: it is for a person to promise
        add(lines, "drains_backlog", seen.drains_backlog);
    }
    if (seen.in_flight.value == in_flight_promise::truncate) {
        return lines;  // what such a stop does to connections is luck of the moment
    }
    add(lines, "half_close", running.half_close);
    // That all were closed may be luck as well: under load one is still lingering at times.
    if (seen.connections_at_exit.value == connections_promise::any_open) {
        add(lines, "connections_at_exit", seen.connections_at_exit);
    }
    // "wait_timeout" says no more than its time, and needs another promise beside it.
    if (seen.idle_keep_alive.value != idle_promise::wait_timeout) {
        add(lines, "idle_keep_alive", seen.idle_keep_alive);
    }
    add(lines, "becomes_idle", seen.becomes_idle);
    return lines;
}

bool is_measured(const std::vector<key_line>& lines, std::string_view key) {
    return std::ranges::find(lines, key, &key_line::key) != lines.end();
}

// Keys that say in other words what was measured: beside it they might contradict.
bool is_superseded(const std::vector<key_line>& lines, std::string_view key) {
    return (key == "class" && is_measured(lines, "in_flight")) ||
           (key == "silent" && is_measured(lines, "exit_within_while")) || key == "confirm" ||
           (key == "exit_status_after_second_signal" && is_measured(lines, "second_signal"));
}

// Conditions that were not measured keep their promises.
void keep_conditions(std::vector<key_line>& lines, std::string_view text, text_span own,
                     std::size_t indent) {
    const auto measured_ones = std::ranges::find(lines, "exit_within_while", &key_line::key);
    const std::vector<json_member> members = members_of(text, own);
    if (measured_ones == lines.end() || members.empty()) {
        return;
    }
    const auto mine = root_object(measured_ones->value);
    std::string kept;
    for (const json_member& member : members) {
        if (!find_member(measured_ones->value, *mine, member.key)) {
            kept +=
                ",\n" + std::string(indent + 2 * indent_step, ' ') +
                std::string(text.substr(member.whole.begin, member.whole.end - member.whole.begin));
        }
    }
    const std::size_t end = measured_ones->value.find_last_not_of(" \n}");
    measured_ones->value.insert(end + 1, kept);
}

// The mode's object: how it is asked for as its author wrote it, then what was measured, then what
// else the author wrote.
std::string mode_text(std::string_view text, const std::optional<text_span>& own,
                      std::vector<key_line> measured_lines, std::string_view confirm,
                      std::size_t indent) {
    std::vector<key_line> lines;
    std::vector<key_line> others;
    const std::vector<json_member> members =
        own ? members_of(text, *own) : std::vector<json_member>{};
    for (const json_member& member : members) {
        const std::string value(
            text.substr(member.value.begin, member.value.end - member.value.begin));
        key_line line{
            std::string(member.key), value, "",
            comments_in(text.substr(member.lead.begin, member.lead.end - member.lead.begin))};
        if (member.key == "signal" || member.key == "request" || member.key == "command") {
            lines.push_back(std::move(line));
        } else if (member.key == "exit_within_while") {
            keep_conditions(measured_lines, text, member.value, indent);
        } else if (!is_superseded(measured_lines, member.key) &&
                   !is_measured(measured_lines, member.key)) {
            others.push_back(std::move(line));
        }
        if (member.key == "exit_within_while" && !is_measured(measured_lines, member.key)) {
            others.push_back({std::string(member.key), value, "", ""});
        }
    }
    lines.push_back({"confirm", in_json(confirm), "", ""});
    std::ranges::move(measured_lines, std::back_inserter(lines));
    std::ranges::move(others, std::back_inserter(lines));
    return rendered(lines, indent);
}

// Puts the member into the object, which may have it already.
void put(std::string& text, text_span object, const key_line& line, std::size_t indent) {
    if (const auto old = find_member(text, object, line.key)) {
        text.replace(old->value.begin, old->value.end - old->value.begin, line.value);
        return;
    }
    const std::vector<json_member> members = members_of(text, object);
    const std::string margin = "\n" + std::string(indent + indent_step, ' ');
    const std::string comment =
        line.evidence.empty() ? "" : margin + "// " + one_line(line.evidence, comment_bytes_max);
    const std::string member = comment + margin + in_json(line.key) + ": " + line.value;
    if (members.empty()) {
        text.replace(object.begin, object.end - object.begin,
                     "{" + member + "\n" + std::string(indent, ' ') + "}");
    } else {
        text.insert(members.back().whole.end, "," + member);
    }
}

// The object of that name in the root, made when it is not there.
text_span object_named(std::string& text, std::string_view key) {
    put(text, *root_object(text), {std::string(key), "{}", "", ""}, 0);
    return find_member(text, *root_object(text), key)->value;
}

duration rounded(duration length) {
    return std::max(fine_step, (length + fine_step / 2) / fine_step * fine_step);
}

// A request is ended in time only if one that drips is, too: many servers give each piece of it its
// own time. Without a route that has a body there is none to be waited for.
std::optional<key_line> request_timeout_line(const measured_running& running) {
    constexpr std::string_view key = "request_timeout";
    duration longest{};
    std::string evidence;
    for (const auto& [what, wait] :
         {std::pair("header", &running.header_timeout), std::pair("body", &running.body_timeout),
          std::pair("dripping", &running.drip_timeout)}) {
        if (!wait->value && wait == &running.body_timeout) {
            continue;
        }
        if (!wait->value || !wait->value->within) {
            return std::nullopt;
        }
        longest = std::max(longest, *wait->value->within);
        evidence += (evidence.empty() ? "" : "; ") + std::string(what) + ": " + wait->evidence;
    }
    return key_line{std::string(key), in_json(promise_for(longest)), evidence, ""};
}

// Promises of the running server that the file does not make yet.
void add_promises(std::string& text, const measured_running& running) {
    std::vector<key_line> lines;
    if (running.keep_alive_timeout.value) {
        lines.push_back({"keep_alive_timeout", in_json(rounded(*running.keep_alive_timeout.value)),
                         running.keep_alive_timeout.evidence, ""});
    }
    if (std::optional<key_line> line = request_timeout_line(running)) {
        lines.push_back(std::move(*line));
    }
    if (running.handshake_timeout.value && running.handshake_timeout.value->within) {
        lines.push_back({"handshake_timeout", in_json(*running.handshake_timeout.value),
                         running.handshake_timeout.evidence, ""});
    }
    if (running.defer_accept.value == true) {
        add(lines, "defer_accept", running.defer_accept);
    }
    add(lines, "at_descriptor_limit", running.at_descriptor_limit);
    const auto own = find_member(text, *root_object(text), "promises");
    for (const key_line& line : lines) {
        if (!own || !find_member(text, own->value, line.key)) {
            if (!find_member(text, *root_object(text), "promises")) {
                object_named(text, "promises");
            }
            put(text, find_member(text, *root_object(text), "promises")->value, line, indent_step);
        }
    }
}

}  // namespace

std::string confirm_text(std::string_view date, std::string_view version) {
    return "measured by stormdrain probe on " + std::string(date) + " with " +
           std::string(version) + ": read it, then remove this line";
}

std::string write_target(std::string_view text,
                         const std::map<std::string, measured_stop, std::less<>>& stops,
                         const measured_running& running, std::string_view confirm) {
    constexpr std::size_t modes_indent = indent_step;
    constexpr std::size_t mode_indent = 2 * indent_step;
    std::string written(text);
    if (!find_member(written, *root_object(written), "stop")) {
        object_named(written, "stop");
    }
    for (const auto& [name, seen] : stops) {
        const text_span modes = find_member(written, *root_object(written), "stop")->value;
        const auto own = find_member(written, modes, name);
        const std::optional<text_span> place = own ? std::optional(own->value) : std::nullopt;
        const std::string mode =
            mode_text(written, place, lines_of(seen, running, mode_indent), confirm, mode_indent);
        put(written, modes, {name, mode, "", ""}, modes_indent);
    }
    add_promises(written, running);
    return written;
}

}  // namespace stormdrain
