#include "harness/commands/attack/attack_address.hpp"
#include "harness/commands/attack/attack_page.hpp"
#include "harness/commands/attack/attack_slow.hpp"
#include "harness/commands/attack/attack_url.hpp"
#include "harness/commands/attack/live_line.hpp"
#include "harness/commands/attack/process_audit.hpp"
#include "harness/commands/program.hpp"
#include "harness/load/engine/load_engine.hpp"
#include "harness/net/tls_client.hpp"
#include "harness/process/machine/open_files.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace stormdrain {
namespace {

constexpr duration default_length = std::chrono::seconds(10);

seed seed_of(const invocation& asked) {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return asked.run_seed.value_or(
        derive(0, "attack", static_cast<std::uint64_t>(since_epoch.count())));
}

tls_stack stack_of(tls_choice chosen) {
    switch (chosen) {
        case tls_choice::own:
            return tls_stack::own;
        case tls_choice::own_unproven:
            return tls_stack::own_unproven;
        case tls_choice::openssl:
            break;
    }
    return tls_stack::openssl;
}

engine_plan plan_of(const attack_order& asked, const attack_url& url) {
    route what;
    what.method = asked.upload_bytes > 0 ? "POST" : "GET";
    what.body_bytes = asked.upload_bytes;
    what.path = url.path;
    what.expected_status = asked.expected_status;
    engine_plan plan;
    plan.remote = address_of_url(url);
    plan.routes.push_back(ask("url", what, url.authority));
    plan.tls_stack = stack_of(asked.tls);
    plan.handshakes = asked.resumes ? handshake_kind::resumed : handshake_kind::full;
    plan.clients_count = asked.clients_count;
    plan.requests_per_connection = asked.closes ? 1 : 0;
    plan.pipeline_depth = asked.pipeline_depth;
    if (asked.speaks_http2) {
        plan.protocol = engine_protocol::http_2;
        plan.pipeline_depth = asked.streams_count;
        plan.routes.back().over_http2 =
            render_http2(what, url.authority, url.scheme == url_scheme::https ? "https" : "http");
    }
    plan.requests_count = asked.requests_count;
    plan.lasts = asked.lasts;
    plan.request_timeout = asked.request_timeout;
    plan.threads_count = asked.threads_count;
    if (asked.burst) {
        return burst_of(std::move(plan), asked.clients_count, *asked.burst);
    }
    if (!plan.requests_count && !plan.lasts) {
        plan.lasts = default_length;
    }
    plan.open_loop.per_second = asked.rate_per_second;
    plan.open_loop.ramp = asked.ramp;
    plan.open_loop.manner = asked.random_arrivals ? arrival_manner::random : arrival_manner::even;
    plan.clients_ramp = asked.ramp;
    return plan;
}

// As wrk, ab and h2load do: the server is under test, and not whose it is.
std::optional<tls_client> tls_for(const attack_url& url) {
    if (url.scheme == url_scheme::http) {
        return std::nullopt;
    }
    tls_client_options options;
    options.verification = tls_verification::none;
    options.server_name = url.host;
    return std::optional<tls_client>(std::in_place, std::move(options));
}

void refuse_contradictions(const attack_order& asked, const attack_url& url) {
    if (asked.resumes && url.scheme == url_scheme::http) {
        throw usage_error("--resume is about https://, and the URL is not");
    }
    if (asked.tls != tls_choice::openssl && url.scheme == url_scheme::http) {
        throw usage_error("--tls-client is about https://, and the URL is not");
    }
    if (asked.speaks_http2 && asked.pipeline_depth > 1) {
        throw usage_error("--pipeline is of HTTP/1.1: leave out --http2, or use --streams");
    }
    if (!asked.speaks_http2 && asked.streams_count > 1) {
        throw usage_error("--streams is about --http2, which is not given");
    }
    if (asked.closes && asked.streams_count > 1) {
        throw usage_error("--streams needs connections that are kept: leave out --close");
    }
    if (asked.burst && (asked.rate_per_second > 0 || asked.requests_count || asked.lasts)) {
        throw usage_error("--burst says itself how many requests are made, and when");
    }
    if (asked.random_arrivals && asked.rate_per_second == 0) {
        throw usage_error("--arrivals random is about --rate, which is not given");
    }
    if (asked.closes && asked.pipeline_depth > 1) {
        throw usage_error("--pipeline needs connections that are kept: leave out --close");
    }
    if (asked.threads_count > asked.clients_count) {
        throw usage_error("more --threads than --clients");
    }
}

// Every client takes a descriptor, and a few are ours.
void make_room_for(const attack_order& asked) {
    constexpr std::uint64_t ours_max = 64;
    raise_open_files_max();
    const std::uint64_t allowed = open_files_max();
    if (asked.clients_count + asked.threads_count + ours_max > allowed) {
        throw usage_error("--clients " + std::to_string(asked.clients_count) +
                          ": this user may have " + std::to_string(allowed) +
                          " descriptors open (ulimit -n)");
    }
}

// How far the load is; Ctrl-C ends it, once more leaves what is under way.
class live_view {
public:
    live_view(const program& self, const invocation& asked) : line_(self, asked) {}

    watch_answer look(const load_progress& now) {
        const time_point looked = clock::now();
        line_.show(attack_line(now, before_, looked - began_, looked - looked_));
        before_ = now;
        looked_ = looked;
        return line_.wish();
    }

    void clear() { line_.clear(); }

private:
    live_line line_;
    load_progress before_;
    const time_point began_ = clock::now();
    time_point looked_ = began_;
};

}  // namespace

exit_code attack_command(const program& self, const invocation& asked) {
    if (asked.attack.slow != slow_choice::none) {
        return attack_slowly(self, asked);
    }
    const std::string& where = asked.arguments.front();
    const attack_url url = read_attack_url(where);
    refuse_contradictions(asked.attack, url);
    engine_plan plan = plan_of(asked.attack, url);
    const std::optional<tls_client> tls = tls_for(url);
    plan.tls = tls ? &*tls : nullptr;
    plan.of_load = seed_of(asked);
    make_room_for(asked.attack);
    std::optional<process_audit> audit;
    if (asked.attack.audited_pid) {
        audit.emplace(static_cast<pid_t>(*asked.attack.audited_pid));
    }
    live_view view(self, asked);
    load_watch watch;
    watch.look = [&view](const load_progress& now) { return view.look(now); };
    const engine_tally tally = run_load(plan, watch);
    view.clear();
    self.out << attack_page(where, plan, tally);
    if (audit) {
        self.out << audit_page(audit->finish(), tally.requests.ordinary);
    }
    switch (judge(tally)) {
        case attack_verdict::all_answered:
            return exit_code::kept;
        case attack_verdict::some_failed:
            return exit_code::broken;
        case attack_verdict::not_judged:
            break;
    }
    return exit_code::not_judged;
}

}  // namespace stormdrain
