#include "harness/commands/attack/attack_page.hpp"

#include "harness/commands/columns.hpp"
#include "harness/load/syn_retries.hpp"
#include "harness/net/tls13/failure.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::size_t name_width = 14;

std::string counted(std::uint64_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string per_second(std::uint64_t count, duration length) {
    const double seconds = std::chrono::duration<double>(length).count();
    const double rate = seconds > 0 ? static_cast<double>(count) / seconds : 0;
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), rate < 100 ? "%.1f/s" : "%.0f/s", rate);
    return text.data();
}

}  // namespace

std::string quantiles(const latency_histogram& times) {
    if (times.count() == 0) {
        return "none";
    }
    constexpr std::array<std::pair<const char*, double>, 5> wanted{
        {{"p50 ", 0.5}, {"p90 ", 0.9}, {"p99 ", 0.99}, {"p99.9 ", 0.999}, {"p99.99 ", 0.9999}}};
    std::string text;
    for (const auto& [name, fraction] : wanted) {
        text += name + to_text(times.quantile(fraction)) + ", ";
    }
    return text + "max " + to_text(times.max());
}

namespace {

void add(std::string& page, std::string_view name, const std::string& text) {
    add_wrapped(page, padded(name, name_width), text, name_width);
}

std::string shape_of(const engine_plan& plan) {
    std::string text = counted(plan.clients_count, "client");
    const bool is_http2 = plan.protocol == engine_protocol::http_2;
    text += is_http2 ? ", HTTP/2" : "";
    text += plan.requests_per_connection == 1 ? ", one request a connection" : ", keep-alive";
    if (plan.pipeline_depth > 1) {
        text += ", " + std::to_string(plan.pipeline_depth) +
                (is_http2 ? " streams on each" : " requests under way on each");
    }
    if (is_open_loop(plan)) {
        std::array<char, 48> rate{};
        std::snprintf(rate.data(), rate.size(), ", open loop at %.0f/s", plan.open_loop.per_second);
        text += rate.data();
        text += plan.open_loop.manner == arrival_manner::random
                    ? ", at random (seed " + to_hex(plan.of_load) + ")"
                    : "";
    } else {
        text += ", closed loop";
    }
    if (plan.tls_stack != tls_stack::openssl) {
        text += plan.tls_stack == tls_stack::own ? ", our own TLS 1.3"
                                                 : ", our own TLS 1.3 with the server unproven";
    }
    return text + ", " + counted(plan.threads_count, "thread");
}

// What it cannot do is no fault of the server's, who may say so behind the handshake, too: that he
// wants a certificate.
bool may_be_for_our_own_tls(const engine_plan& plan, const request_tally& tally) {
    return plan.tls_stack != tls_stack::openssl &&
           std::ranges::any_of(tally.failures, [](const failure_class& kind) {
               return kind.end == request_end::handshake_failed ||
                      kind.error.starts_with(to_text(tls13::failure::alert_received));
           });
}

std::string kind_of(const failure_class& kind) {
    const std::string_view where = kind.on_reused ? "on a reused connection" : "on a fresh one";
    if (kind.end == request_end::answered) {
        return "answered with status " + kind.error + ", " + std::string(where);
    }
    std::string text(to_text(kind.end));
    text += " in phase " + std::string(to_text(kind.phase)) + ", " + std::string(where);
    return text + (kind.error.empty() ? "" : ": " + kind.error);
}

std::uint64_t rows_with(const request_tally& tally, request_end end) {
    return static_cast<std::uint64_t>(std::ranges::count(tally.unusual, end, &request_row::end));
}

}  // namespace

void add_failures(std::string& page, const request_tally& tally, std::uint64_t unprocessed) {
    std::vector<failure_class> kinds = tally.failures;
    std::ranges::sort(kinds, std::ranges::greater(), &failure_class::count);
    std::uint64_t classed = 0;
    for (const failure_class& kind : kinds) {
        classed += kind.count;
        add(page, classed == kind.count ? "failures" : "",
            std::to_string(kind.count) + " " + kind_of(kind));
    }
    if (unprocessed > 0) {
        add(page, "unprocessed",
            std::to_string(unprocessed) +
                " refused by GOAWAY or REFUSED_STREAM, which says that they may be asked again");
    }
    const std::uint64_t not_judged = tally.unusual_count - classed - unprocessed;
    if (not_judged > 0) {
        // The first of them tell what the others are like.
        std::string text = std::to_string(not_judged) + " left or not tried";
        for (const request_end end : {request_end::abandoned, request_end::harness_failed}) {
            const auto first = std::ranges::find(tally.unusual, end, &request_row::end);
            if (first != tally.unusual.end()) {
                text += "; " + std::to_string(rows_with(tally, end)) + " " +
                        std::string(to_text(end)) +
                        (first->error.empty() ? "" : " (" + first->error + ")");
            }
        }
        add(page, "not judged", text);
    }
}

namespace {

void add_connections(std::string& page, const engine_tally& tally) {
    const request_tally& requests = tally.requests;
    std::string text = counted(requests.connections_opened, "connection") + " opened";
    if (tally.closed_while_idle > 0) {
        text += "; " + std::to_string(tally.closed_while_idle) +
                " closed by the server with no request under way";
    }
    if (tally.unasked_answers > 0) {
        text += "; on " + std::to_string(tally.unasked_answers) +
                " came bytes that nobody had asked for";
    }
    if (tally.goaways_count > 0) {
        text += "; on " + std::to_string(tally.goaways_count) + " the server said GOAWAY";
    }
    add(page, "connections", text);
    if (requests.connections_opened > 0) {
        add(page, "connect", quantiles(requests.connect_time));
    }
    if (const std::uint64_t handshakes = requests.handshake_time.count(); handshakes > 0) {
        add(page, "handshake",
            std::to_string(handshakes - requests.handshakes_resumed) + " full, " +
                std::to_string(requests.handshakes_resumed) +
                " resumed: " + quantiles(requests.handshake_time));
    }
    const std::string retries = and_syn_retries(requests.connect_time);
    if (!retries.empty()) {
        add(page, "SYN retries", retries.substr(std::string_view("; SYN retry: ").size()));
    }
}

}  // namespace

std::string attack_page(std::string_view url, const engine_plan& plan, const engine_tally& tally) {
    const request_tally& requests = tally.requests;
    std::string page = std::string(url) + " at " + to_text(place_of(plan.remote)) + "\n\n";
    add(page, "load", shape_of(plan));
    add(page, "requests",
        std::to_string(requests.started) + " begun, " + std::to_string(requests.ordinary) +
            " answered with " + std::to_string(plan.routes.front().what.expected_status) + ", " +
            std::to_string(requests.unusual_count) + " not, in " + to_text(tally.lasted));
    add(page, "rate", per_second(requests.ordinary, tally.lasted));
    add(page, "latency",
        quantiles(requests.latency) + (is_open_loop(plan) ? " (from the send)" : ""));
    if (is_open_loop(plan)) {
        add(page, "from intended", quantiles(tally.requests.latency_from_intended));
        add(page, "send lag", quantiles(tally.requests.send_lag));
    }
    if (tally.unsent_count > 0) {
        add(page, "unsent",
            std::to_string(tally.unsent_count) +
                " were due and no client was free: the latencies above are of those that were "
                "sent");
    }
    if (tally.held_back > duration::zero()) {
        add(page, "held back",
            "for " + to_text(tally.held_back) +
                " in all: while every request fails, each thread begins a thousand a second");
    }
    add_connections(page, tally);
    add_failures(page, requests, tally.unprocessed_count);
    if (may_be_for_our_own_tls(plan, requests)) {
        add(page, "our own TLS",
            "speaks TLS 1.3 over X25519 and has no client certificate: does it go with "
            "--tls-client openssl?");
    }
    return page;
}

std::string attack_line(const load_progress& now, const load_progress& before, duration elapsed,
                        duration since_before) {
    return to_text(elapsed) + ": " + std::to_string(now.answered) + " answered, " +
           per_second(now.answered - before.answered, since_before) + "; " +
           std::to_string(now.unusual) + " not; " + counted(now.connections, "connection");
}

attack_verdict judge(const engine_tally& tally) {
    const request_tally& requests = tally.requests;
    if (!requests.failures.empty() || tally.unasked_answers > 0) {
        return attack_verdict::some_failed;
    }
    // What may be asked again is not lost.
    const bool all =
        requests.ordinary + tally.unprocessed_count == requests.started && requests.ordinary > 0;
    return all && tally.unsent_count == 0 ? attack_verdict::all_answered
                                          : attack_verdict::not_judged;
}

}  // namespace stormdrain
