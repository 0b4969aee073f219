#include "harness/commands/attack/slow_page.hpp"

#include "harness/commands/attack/attack_page.hpp"
#include "harness/commands/columns.hpp"

#include <cstring>

namespace stormdrain {
namespace {

constexpr std::size_t name_width = 14;

void add(std::string& page, std::string_view name, const std::string& text) {
    add_wrapped(page, padded(name, name_width), text, name_width);
}

std::string counted(std::uint64_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what);
}

std::string shape_of(const slow_plan& plan, std::uint32_t processes_count) {
    std::string text = counted(plan.clients_count, "clients, ") + std::string(to_text(plan.manner));
    text += plan.manner == slow_manner::reader ? ": a sip every " : ": a byte every ";
    text += to_text(plan.every);
    if (!plan.sources.empty()) {
        text += ", from " + counted(plan.sources.size(), "addresses");
    }
    return text + ", in " +
           counted(processes_count, processes_count == 1 ? "process" : "processes");
}

void add_ends(std::string& page, const slow_counts& held) {
    const std::uint64_t ended = held.answered + held.closed + held.reset;
    if (ended == 0) {
        add(page, "ended", "none by the server");
        return;
    }
    add(page, "ended",
        "by the server " + counted(ended, "after ") + to_text(held.shortest_life) + " .. " +
            to_text(held.longest_life) + ": " + counted(held.answered, "answered (") +
            counted(held.answered_408, "with 408), ") + counted(held.closed, "closed, ") +
            counted(held.reset, "reset"));
}

void add_never_held(std::string& page, const slow_counts& held) {
    std::string text;
    const auto add_to = [&text](std::uint64_t count, const std::string& what) {
        if (count > 0) {
            text += (text.empty() ? "" : ", ") + counted(count, what);
        }
    };
    add_to(held.connecting, "not taken by the server yet");
    add_to(held.refused, "refused");
    add_to(held.unreached, std::string("failed: ") + std::strerror(held.unreached_errno));
    if (!text.empty()) {
        add(page, "not connected", text);
    }
    if (held.unmade > 0) {
        add(page, "not made",
            counted(held.unmade, "for want of means of this machine: ") +
                std::strerror(held.unmade_errno));
    }
}

}  // namespace

std::string slow_page(std::string_view url, const slow_plan& plan, std::uint32_t processes_count,
                      const slow_counts& held, const engine_tally& others) {
    std::string page = std::string(url) + " at " + to_text(place_of(plan.remote)) + "\n\n";
    add(page, "slow clients", shape_of(plan, processes_count));
    add(page, "held",
        counted(held.connected, "connected, ") + counted(held.held, "open at the end; ") +
            counted(held.pieces,
                    plan.manner == slow_manner::reader ? "sips taken" : "bytes sent one by one"));
    add_ends(page, held);
    add_never_held(page, held);
    const request_tally& requests = others.requests;
    add(page, "others",
        counted(requests.ordinary, "of ") + counted(requests.started, "requests beside them ") +
            "answered" +
            (others.unsent_count > 0 ? "; " + counted(others.unsent_count,
                                                      "more were due while all others still waited")
                                     : ""));
    add(page, "latency", quantiles(requests.latency));
    add_failures(page, requests, 0);
    return page;
}

std::string slow_line(const slow_counts& held, const load_progress& others, duration elapsed) {
    std::string text = to_text(elapsed) + ": " + counted(held.held, "held, ") +
                       counted(held.closed + held.reset, "closed by the server, ") +
                       counted(held.answered, "answered");
    if (held.answered_408 > 0) {
        text += " (" + counted(held.answered_408, "408)");
    }
    text += ", " + counted(held.refused, "refused");
    if (held.connecting > 0) {
        text += ", " + counted(held.connecting, "connecting");
    }
    return text + "; others: " + counted(others.answered, "answered, ") +
           counted(others.unusual, "not");
}

slow_verdict judge(const slow_counts& held, const engine_tally& others) {
    // Requests that found all askers waiting are no others that were served.
    if (!others.requests.failures.empty() || others.unsent_count > 0) {
        return slow_verdict::others_failed;
    }
    const bool all_served =
        others.requests.ordinary > 0 && others.requests.ordinary == others.requests.started;
    const bool all_tried = held.connected > 0 && held.unmade == 0;
    return all_served && all_tried ? slow_verdict::others_served : slow_verdict::not_judged;
}

}  // namespace stormdrain
