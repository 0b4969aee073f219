#include "harness/commands/attack/attack_slow.hpp"

#include "harness/commands/attack/attack_address.hpp"
#include "harness/commands/attack/attack_page.hpp"
#include "harness/commands/attack/attack_url.hpp"
#include "harness/commands/attack/live_line.hpp"
#include "harness/commands/attack/process_audit.hpp"
#include "harness/commands/attack/slow_page.hpp"
#include "harness/load/engine/load_engine.hpp"
#include "harness/load/engine/slow_crew.hpp"
#include "harness/process/machine/open_files.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace stormdrain {
namespace {

constexpr duration default_length = std::chrono::seconds(10);
// Others are asked for once a second, each on a connection of its own. So many may wait for their
// answer: behind them nobody is served any more.
constexpr std::uint32_t askers_count = 8;
// What a slow body announces where --upload does not say.
constexpr std::uint64_t slow_body_bytes = std::uint64_t{1} << 20;
// Processes of slow clients end by themselves so long after the last answer may come.
constexpr duration crew_grace = std::chrono::minutes(1);

void refuse_contradictions(const attack_order& asked) {
    const bool asks_for_load = asked.speaks_http2 || asked.requests_count ||
                               asked.rate_per_second > 0 || asked.burst || asked.closes ||
                               asked.pipeline_depth > 1 || asked.threads_count > 1;
    if (asks_for_load) {
        throw usage_error(
            "--slow holds clients open: leave out --requests, --rate, --burst, --close, --http2, "
            "--pipeline and --threads");
    }
    if (asked.upload_bytes > 0 && asked.slow == slow_choice::headers) {
        throw usage_error("--upload is about a body, which --slow headers never comes to");
    }
}

slow_manner manner_of(slow_choice chosen) {
    switch (chosen) {
        case slow_choice::body:
            return slow_manner::body;
        case slow_choice::reader:
            return slow_manner::reader;
        default:
            return slow_manner::headers;
    }
}

slow_plan slow_plan_for(const attack_order& asked, const attack_url& url) {
    route what;
    what.path = url.path;
    what.body_bytes = asked.slow == slow_choice::body && asked.upload_bytes == 0
                          ? slow_body_bytes
                          : asked.upload_bytes;
    what.method = what.body_bytes > 0 ? "POST" : "GET";
    slow_plan plan = slow_plan_of(manner_of(asked.slow), what, url.authority);
    plan.remote = address_of_url(url);
    plan.clients_count = asked.clients_count;
    plan.every = asked.slow_every;
    plan.clients_ramp = asked.ramp;
    plan.sources = sources_for(plan.clients_count, plan.remote);
    return plan;
}

engine_plan others_of(const attack_order& asked, const attack_url& url,
                      const socket_address& remote) {
    route what;
    what.path = url.path;
    what.expected_status = asked.expected_status;
    engine_plan plan;
    plan.remote = remote;
    plan.routes.push_back(ask("url", what, url.authority));
    plan.clients_count = askers_count;
    plan.requests_per_connection = 1;
    plan.open_loop.per_second = 1;
    plan.lasts = asked.lasts.value_or(default_length);
    plan.request_timeout = asked.request_timeout;
    return plan;
}

exit_code code_of(slow_verdict verdict) {
    switch (verdict) {
        case slow_verdict::others_served:
            return exit_code::kept;
        case slow_verdict::others_failed:
            return exit_code::broken;
        case slow_verdict::not_judged:
            break;
    }
    return exit_code::not_judged;
}

}  // namespace

exit_code attack_slowly(const program& self, const invocation& asked) {
    refuse_contradictions(asked.attack);
    const std::string& where = asked.arguments.front();
    if (where.starts_with("https://")) {
        throw usage_error("--slow speaks plain HTTP: the URL begins with https://");
    }
    const attack_url url = read_attack_url(where);
    const slow_plan plan = slow_plan_for(asked.attack, url);
    const engine_plan others = others_of(asked.attack, url, plan.remote);
    std::optional<process_audit> audit;
    if (asked.attack.audited_pid) {
        audit.emplace(static_cast<pid_t>(*asked.attack.audited_pid));
    }
    raise_open_files_max();
    const std::uint32_t processes_count = processes_for(plan.clients_count, open_files_max());
    const time_point began = clock::now();
    slow_crew crew(plan, processes_count,
                   began + *others.lasts + others.request_timeout + crew_grace);
    live_line line(self, asked);
    load_watch watch;
    load_progress beside;
    watch.look = [&](const load_progress& now) {
        beside = now;
        line.show(slow_line(crew.look(), now, clock::now() - began));
        return line.wish();
    };
    const engine_tally served = run_load(others, watch);
    // The last request beside them was answered up to a second ago: they are held to the end.
    const time_point ends = began + *others.lasts;
    while (clock::now() < ends && line.wish() == watch_answer::go_on) {
        watch.look(beside);
        line.rest(std::min(ends, clock::now() + watch.every));
    }
    const slow_counts held = crew.finish();
    line.clear();
    self.out << slow_page(where, plan, processes_count, held, served);
    if (audit) {
        self.out << audit_page(audit->finish(), served.requests.ordinary);
    }
    return code_of(judge(held, served));
}

}  // namespace stormdrain
