#include "harness/plan/plan.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/net/http_exchange.hpp"
#include "harness/plan/cycle_plan.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace stormdrain {
namespace {

bool matches_pattern(std::string_view text, std::string_view pattern) {
    // After a mismatch, the last star takes one more character: linear memory, no recursion.
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_took_until = 0;
    while (at < text.size()) {
        const char wanted = in_pattern < pattern.size() ? pattern[in_pattern] : '\0';
        if (wanted == '*') {
            star = in_pattern++;
            star_took_until = at;
        } else if (in_pattern < pattern.size() && (wanted == '?' || wanted == text[at])) {
            ++in_pattern;
            ++at;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            at = ++star_took_until;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

bool matches_any(std::string_view text, std::string_view patterns) {
    while (true) {
        const std::size_t end = patterns.find(':');
        if (matches_pattern(text, patterns.substr(0, end))) {
            return true;
        }
        if (end == std::string_view::npos) {
            return false;
        }
        patterns.remove_prefix(end + 1);
    }
}

std::string missing_route(const target& server, std::string_view name, std::string_view who) {
    return server.routes.contains(name) ? ""
                                        : std::string(who) + " needs the route " + in_quotes(name) +
                                              ", which the target does not have";
}

std::string missing_port(const target& server, std::string_view name, std::string_view who) {
    return port_meant(server, name).empty()
               ? std::string(who) + " needs the port " + in_quotes(name) +
                     ", which the target does not have"
               : "";
}

// Of a port that is there.
port_protocol spoken_at(const target& server, std::string_view name) {
    return server.ports.find(port_meant(server, name))->second.speaks;
}

// What a route says is for ports of its own kind. Route and port have to be there.
std::string misplaced_route(const target& server, std::string_view name, std::string_view port,
                            std::string_view who) {
    const route& asked = server.routes.find(name)->second;
    if (goes_over(asked, spoken_at(server, port))) {
        return "";
    }
    const std::string place = "the port " + in_quotes(port_meant(server, port));
    return asked.talk ? std::string(who) + " asks the route " + in_quotes(name) +
                            " by a script, and " + place + " speaks HTTP"
                      : std::string(who) + " needs HTTP, which " + place + " does not speak";
}

// A script has a body where a new connection says several pieces at once.
std::string missing_body(const target& server, const std::vector<std::string>& names,
                         std::string_view who) {
    for (const std::string& name : names) {
        const route& asked = server.routes.find(name)->second;
        if (asked.talk && !render(asked, "", connection_use::keep_alive).has_body()) {
            return std::string(who) + " needs a body, and what the script of the route " +
                   in_quotes(name) + " says first is one piece";
        }
    }
    return "";
}

std::string missing_origin(const target& server, std::string_view name, std::string_view who) {
    const bool is_there = std::ranges::any_of(server.origins, [name](const origin_plan& origin) {
        return name.empty() || origin.name == name;
    });
    const std::string which = name.empty() ? "an origin" : "the origin " + in_quotes(name);
    return is_there ? ""
                    : std::string(who) + " needs " + which + ", which the target does not have";
}

// The port has to be there.
std::string missing_http2(const target& server, std::string_view port, std::string_view who) {
    const std::string name = port_meant(server, port);
    return server.ports.find(name)->second.http2
               ? ""
               : std::string(who) + " needs HTTP/2, which the port " + in_quotes(name) +
                     " does not speak";
}

// The port has to be there.
std::string why_not_tcp(const target& server, std::string_view port, std::string_view who) {
    const std::string name = port_meant(server, port);
    return server.ports.find(name)->second.unix_path.empty()
               ? ""
               : std::string(who) + " needs TCP, and the port " + in_quotes(name) +
                     " is a UNIX socket";
}

std::string why_not_http2(const target& server, const load_profile& load) {
    const bool is_tls = speaks_tls(spoken_at(server, load.port));
    const std::string place = "the port " + in_quotes(port_meant(server, load.port));
    if (load.protocol == load_protocol::h2 && !is_tls) {
        return "the load speaks h2, which is HTTP/2 over TLS, and " + place + " does not speak TLS";
    }
    if (load.protocol == load_protocol::h2c && is_tls) {
        return "the load speaks h2c, which is HTTP/2 without TLS, and " + place + " speaks TLS";
    }
    return missing_http2(server, load.port, "the load");
}

// The routes have to be there. The clients of scripts ask one after the other, each at its own
// pace.
std::string why_not_shape(const target& server, const load_profile& load) {
    const bool has_script = std::ranges::any_of(load.routes, [&](const std::string& name) {
        return server.routes.find(name)->second.talk.has_value();
    });
    const bool has_shape =
        is_open_loop(load) || load.pipeline_depth > 1 || load.clients_ramp > duration::zero();
    return has_script && has_shape
               ? "the load has a rate, a burst, a ramp or a pipeline, and asks by a script"
               : "";
}

std::string why_not_load(const target& server, const load_profile& load) {
    std::string why = missing_port(server, load.port, "the load");
    for (const std::string& name : load.routes) {
        why = why.empty() ? missing_route(server, name, "the load") : why;
    }
    for (const std::string& name : load.routes) {
        why = why.empty() ? misplaced_route(server, name, load.port, "the load") : why;
    }
    why = why.empty() ? why_not_shape(server, load) : why;
    const bool asks_for_tls = load.tls.version != tls_version::any || load.tls.resumes;
    if (why.empty() && asks_for_tls && !speaks_tls(spoken_at(server, load.port))) {
        why = "the load needs TLS, which the port " + in_quotes(load.port) + " does not speak";
    }
    if (why.empty() && is_http2(load.protocol)) {
        why = why_not_http2(server, load);
    }
    if (why.empty() && load.protocol == load_protocol::websocket &&
        !speaks_http(spoken_at(server, load.port))) {
        why = "the load needs HTTP to ask for WebSockets, which the port " +
              in_quotes(port_meant(server, load.port)) + " does not speak";
    }
    const tls_version only = server.tls.only;
    if (why.empty() && only != tls_version::any && load.tls.version != tls_version::any &&
        load.tls.version != only) {
        why = "the load needs a version of TLS that the target does not speak";
    }
    return why;
}

std::string why_not_fault(const target& server, const fault_use& use) {
    const std::string who = "the fault " + in_quotes(use.name);
    std::string why = missing_port(server, use.port, who);
    for (const std::string& name : use.what->needed_routes()) {
        why = why.empty() ? missing_route(server, name, who) : why;
    }
    if (why.empty() && use.what->needs_http() && !speaks_http(spoken_at(server, use.port))) {
        why = who + " needs HTTP, which the port " + in_quotes(port_meant(server, use.port)) +
              " does not speak";
    }
    if (why.empty() && use.what->needs_tls() && !speaks_tls(spoken_at(server, use.port))) {
        why = who + " needs TLS, which the port " + in_quotes(port_meant(server, use.port)) +
              " does not speak";
    }
    if (why.empty() && use.what->needs_http2()) {
        why = missing_http2(server, use.port, who);
    }
    if (why.empty() && use.what->needs_tcp()) {
        why = why_not_tcp(server, use.port, who);
    }
    for (const std::string& name : use.what->needed_routes()) {
        why = why.empty() ? misplaced_route(server, name, use.port, who) : why;
    }
    if (why.empty() && use.what->point() == strike_point::request_body) {
        why = missing_body(server, use.what->needed_routes(), who);
    }
    if (const std::optional<std::string> origin = use.what->needed_origin()) {
        why = why.empty() ? missing_origin(server, *origin, who) : why;
    }
    return why;
}

std::string why_not_link(const target& server, const link_use& link) {
    const std::string who = "the link " + in_quotes(link.name);
    if (link.between == link_place::target_and_origins) {
        return missing_origin(server, link.only, who);
    }
    if (!link.only.empty()) {
        const std::string why = missing_port(server, link.only, who);
        return why.empty() ? why_not_tcp(server, link.only, who) : why;
    }
    const bool has_tcp = std::ranges::any_of(
        server.ports, [](const auto& port) { return port.second.unix_path.empty(); });
    return has_tcp ? "" : who + " needs TCP, and every port of the target is a UNIX socket";
}

std::string why_not_stop(const target& server, const stop_choice& stop) {
    const auto mode = server.stop.find(stop.mode);
    if (mode == server.stop.end()) {
        return "the target has no stop mode " + in_quotes(stop.mode);
    }
    const stop_trigger& trigger = mode->second.trigger;
    const bool ends_process =
        trigger.how == stop_trigger::kind::signal && trigger.signal == server.quit_signal;
    const bool in_process = server.lifecycle == target_lifecycle::in_process;
    if (in_process && ends_process) {
        return "the stop mode " + in_quotes(stop.mode) +
               " ends the process, but the target restarts inside it";
    }
    if (in_process && stop.at == stop_moment::during_start) {
        return "the stop comes while the process starts, but the target restarts inside it";
    }
    return "";
}

std::string why_not_lifecycle(const target& server, const scenario& what) {
    if (what.lifecycle.value_or(server.lifecycle) == server.lifecycle) {
        return "";
    }
    return server.lifecycle == target_lifecycle::process
               ? "it is for targets that restart inside a process"
               : "it is for targets whose process ends with the stop";
}

// The first reason, in the order in which a reader of the suite would look.
std::string why_skipped(const target& server, const scenario& what) {
    std::string why = what.excluded_because;
    why = why.empty() ? why_not_lifecycle(server, what) : why;
    if (why.empty() && what.load) {
        why = why_not_load(server, *what.load);
    }
    for (const fault_use& use : what.faults) {
        why = why.empty() ? why_not_fault(server, use) : why;
    }
    for (const link_use& link : what.links) {
        why = why.empty() ? why_not_link(server, link) : why;
    }
    return why.empty() ? why_not_stop(server, what.stop) : why;
}

std::vector<std::uint32_t> once_each(const scenario& what, const plan_request& request) {
    if (!request.only_cycles.empty()) {
        std::vector<std::uint32_t> cycles = request.only_cycles;
        std::ranges::sort(cycles);
        const auto repeats = std::ranges::unique(cycles);
        cycles.erase(repeats.begin(), repeats.end());
        return cycles;
    }
    std::vector<std::uint32_t> cycles(request.cycles_count.value_or(what.cycles_count));
    std::iota(cycles.begin(), cycles.end(), 0U);
    return cycles;
}

std::vector<std::uint32_t> cycles_of(const scenario& what, const plan_request& request) {
    std::vector<std::uint32_t> cycles;
    for (const std::uint32_t index : once_each(what, request)) {
        cycles.insert(cycles.end(), request.replays_count, index);
    }
    return cycles;
}

bool has_tag_of(const scenario& what, const std::vector<std::string>& wanted) {
    return wanted.empty() || std::ranges::find_first_of(what.tags, wanted) != what.tags.end();
}

// Equal ids would share seeds, evidence folders and history.
void check_unique(const plan& made) {
    std::map<std::string_view, const planned_scenario*> seen;
    std::vector<problem> problems;
    for (const planned_scenario& each : made.scenarios) {
        const auto [first, is_new] = seen.emplace(each.id, &each);
        if (!is_new) {
            problems.push_back({each.from->file, each.what().line, 1, "",
                                "expected unique ids, got " + in_quotes(each.id) + " twice: on " +
                                    first->second->server->file + " and on " + each.server->file});
        }
    }
    if (!problems.empty()) {
        throw config_error(std::move(problems));
    }
}

}  // namespace

bool matches_filter(std::string_view id, std::string_view filter) {
    const std::size_t dash = filter.find('-');
    const std::string_view wanted = filter.substr(0, dash);
    const bool is_wanted = wanted.empty() || matches_any(id, wanted);
    return is_wanted &&
           (dash == std::string_view::npos || !matches_any(id, filter.substr(dash + 1)));
}

plan make_plan(const std::vector<suite_on_targets>& suites, const plan_request& request) {
    plan made;
    made.run_seed = request.run_seed;
    for (const suite_on_targets& each : suites) {
        for (const std::shared_ptr<const target>& server : each.targets) {
            for (std::size_t index = 0; index < each.what->scenarios.size(); ++index) {
                const scenario& what = each.what->scenarios[index];
                const std::string id = server->name + "/" + each.what->name + "/" + what.name;
                if (!matches_filter(id, request.filter) || !has_tag_of(what, request.tags)) {
                    continue;
                }
                planned_scenario planned;
                planned.id = id;
                planned.server = server;
                planned.from = each.what;
                planned.scenario_index = index;
                planned.skipped_because = why_skipped(*server, what);
                if (planned.skipped_because.empty()) {
                    planned.cycles = cycles_of(what, request);
                }
                made.scenarios.push_back(std::move(planned));
            }
        }
    }
    check_unique(made);
    return made;
}

bool planned_scenario::is_scripted() const {
    if (!what().load) {
        return is_raw(*server);
    }
    const auto asked = server->routes.find(what().load->routes.front());
    return asked != server->routes.end() && asked->second.talk.has_value();
}

std::uint64_t plan::cycles_count() const {
    return std::accumulate(
        scenarios.begin(), scenarios.end(), std::uint64_t{0},
        [](std::uint64_t sum, const planned_scenario& each) { return sum + each.cycles.size(); });
}

std::uint64_t plan::hash() const {
    // derive() is FNV-1a and SplitMix64: the same on every machine, unlike std::hash.
    std::uint64_t value = derive(run_seed, "plan", scenarios.size());
    for (const planned_scenario& each : scenarios) {
        value = derive(value, each.id, each.cycles.size());
        value = derive(value, "scenario", scenario_hash(each.what()));
        value = derive(value, each.skipped_because, 0);
        for (const std::uint32_t cycle : each.cycles) {
            value = derive(value, "cycle", cycle_seed(run_seed, each.id, cycle));
        }
    }
    return value;
}

}  // namespace stormdrain
