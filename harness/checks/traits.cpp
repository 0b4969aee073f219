#include "harness/checks/traits.hpp"

#include "harness/cycle/hang_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <map>
#include <utility>

namespace stormdrain {
namespace {

// The innermost say where a thread waits; those around them are shared with others that do not.
constexpr std::size_t frames_max = 3;

std::string_view what_client_did(const connection_row& client) {
    if (client.end == connection_end::reset_by_client) {
        return "reset by the client";
    }
    if (client.closed) {
        return "closed by the client";
    }
    return client.half_closed ? "half-closed by the client" : "left open by the client";
}

std::string state_of(const descriptor& held) {
    return held.tcp ? std::string(to_text(held.tcp->state)) : "no connection";
}

std::string trait_of(const held_connection& held) {
    if (held.client) {
        return held.client->purpose + ": " + state_of(held.what) + ", " +
               std::string(what_client_did(*held.client));
    }
    return (held.what.tcp ? "not a client: " : "reset: ") + state_of(held.what);
}

// "epoll_pwait" and "epoll_pwait2" wait as epoll_wait(2) does: which of them is called is the C
// library's choice.
std::string_view family_of(std::string_view syscall) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> families{{
        {"epoll_pwait", "epoll_wait"},
        {"epoll_pwait2", "epoll_wait"},
        {"ppoll", "poll"},
        {"pselect6", "select"},
        {"clock_nanosleep", "nanosleep"},
        {"futex_wait", "futex"},
    }};
    const auto found =
        std::ranges::find(families, syscall, [](const auto& one) { return one.first; });
    return found == families.end() ? syscall : found->second;
}

// "main::{lambda#2}" is the third one once somebody has put another before it.
std::string without_ordinals(std::string_view function) {
    std::string text;
    for (std::size_t at = 0; at < function.size(); ++at) {
        const bool is_ordinal = function[at] == '#' || function.substr(at).starts_with("$_");
        if (!is_ordinal) {
            text += function[at];
            continue;
        }
        at += function[at] == '$' ? 1U : 0U;
        while (at + 1 < function.size() &&
               std::isdigit(static_cast<unsigned char>(function[at + 1])) != 0) {
            ++at;
        }
    }
    return text;
}

const stack_group* stack_of(const thread_facts& thread, const hang_record& hang) {
    const auto found = std::ranges::find_if(hang.stacks, [&thread](const stack_group& group) {
        return std::ranges::find(group.threads, thread.thread) != group.threads.end();
    });
    return found == hang.stacks.end() ? nullptr : &*found;
}

// Where it stands: empty without a function of the program's own. What is left are idle threads of
// a run-time system then, and how they lie about is chance.
std::string place_of(const thread_facts& thread, const hang_record& hang) {
    const stack_group* const stack = stack_of(thread, hang);
    if (stack == nullptr) {
        return {};
    }
    std::string path;
    std::size_t taken = 0;
    for (const std::string_view function : own_functions(*stack)) {
        // A static program has the C library's functions of its own.
        if (function != thread.syscall && taken < frames_max) {
            path += (path.empty() ? "" : " <- ") + without_ordinals(function);
            ++taken;
        }
    }
    return path.empty() ? "" : std::string(family_of(thread.syscall)) + " below " + path;
}

// A thread that runs all the time is one that spins, also where the machine gave it less than a
// core and nothing could be said of it.
bool spins(const hang_record& hang) {
    return hang.cause == hang_cause::spinning ||
           (hang.cause == hang_cause::unknown &&
            std::ranges::find(hang.threads, 'R', &thread_facts::state) != hang.threads.end());
}

// A loop is seen at any point of itself; what it was called from is the same at all of them.
std::string place_of_spinning(const hang_record& hang) {
    const auto busiest = std::ranges::max_element(hang.threads, {}, &thread_facts::cpu_used);
    const stack_group* const stack =
        busiest == hang.threads.end() ? nullptr : stack_of(*busiest, hang);
    if (stack == nullptr) {
        return {};
    }
    std::string outermost;
    for (const std::string_view function : own_functions(*stack)) {
        const bool is_nameless =
            function.ends_with("operator()") || function.find("{lambda") != std::string_view::npos;
        if (!is_nameless || outermost.empty()) {
            outermost = without_ordinals(function);
        }
    }
    return outermost.empty() ? "" : "spins below " + outermost;
}

bool is_event_loop(std::string_view place) {
    return place.starts_with("epoll_wait below ") || place.starts_with("poll below ") ||
           place.starts_with("select below ");
}

void add_known(std::vector<std::string>& traits, std::string trait) {
    if (!trait.empty()) {
        traits.push_back(std::move(trait));
    }
}

}  // namespace

std::vector<std::string> traits_of(const hang_record& hang) {
    if (spins(hang)) {
        std::vector<std::string> traits{"hangs: " + std::string(to_text(hang_cause::spinning))};
        add_known(traits, place_of_spinning(hang));
        return traits;
    }
    std::vector<std::string> traits{"hangs: " + std::string(to_text(hang.cause))};
    for (const thread_facts& thread : hang.threads) {
        add_known(traits, place_of(thread, hang));
    }
    std::vector<std::string> connections;
    for (const held_connection& held : hang.connections) {
        connections.push_back(trait_of(held));
    }
    add_known(traits, most_frequent(connections));
    return traits;
}

std::vector<std::string> traits_of_hanging_stop(const cycle_record& record) {
    if (!record.stop.hang) {
        return traits_of(record);
    }
    std::vector<std::string> traits = traits_of(*record.stop.hang);
    const bool tells_more = std::any_of(traits.begin() + 1, traits.end(),
                                        [](const auto& trait) { return !is_event_loop(trait); });
    if (!tells_more) {
        std::ranges::move(traits_of(record), std::back_inserter(traits));
    }
    return traits;
}

std::string trait_of(const held_socket& socket) {
    if (socket.upstream != nullptr) {
        return "origin: " + state_of(*socket.what) + ", " +
               std::string(to_text(socket.upstream->connection.end));
    }
    if (socket.behind == nullptr) {
        return "reset: " + state_of(*socket.what);
    }
    return socket.behind->purpose + ": " + state_of(*socket.what) + ", " +
           std::string(what_client_did(*socket.behind));
}

std::vector<std::string> traits_of(std::span<const held_socket> sockets) {
    std::vector<std::string> all;
    for (const held_socket& socket : sockets) {
        all.push_back(trait_of(socket));
    }
    std::vector<std::string> traits;
    add_known(traits, most_frequent(all));
    return traits;
}

std::vector<std::string> traits_of(const cycle_record& record) {
    std::vector<std::string> traits{"stop " + record.stop.mode + " at " + record.stop.moment};
    for (const fault_record& fault : record.faults) {
        traits.push_back("fault " + fault.kind + " at " + fault.point);
    }
    return traits;
}

std::string most_frequent(const std::vector<std::string>& texts) {
    std::map<std::string, std::size_t> counts;
    for (const std::string& text : texts) {
        ++counts[text];
    }
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& counted) { return counted.second; });
    return most == counts.end() ? "" : most->first;
}

std::string without_numbers(std::string_view text) {
    const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    const auto is_hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
    std::string kept;
    for (std::size_t at = 0; at < text.size() && kept.size() < trait_bytes_max;) {
        if (!is_digit(text[at])) {
            kept += text[at++];
            continue;
        }
        const bool hexadecimal = text.substr(at).starts_with("0x");
        at += hexadecimal ? 2 : 1;
        while (at < text.size() && (hexadecimal ? is_hex(text[at]) : is_digit(text[at]))) {
            ++at;
        }
        kept += '#';
    }
    return kept;
}

judgement identified_by(judgement what, std::vector<std::string> traits) {
    for (finding& one : what.findings) {
        if (one.how_bad == severity::failure) {
            one.traits = traits;
        }
    }
    return what;
}

}  // namespace stormdrain
