#include "harness/cycle/hang_words.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

// More of them make a line that nobody reads to its end.
constexpr std::size_t places_max = 4;
constexpr std::size_t path_frames_max = 3;

// "wait_for_what at latch.cpp:52" -> "wait_for_what"; empty for a library's function.
std::string_view own_function(std::string_view frame) {
    if (frame.find(" in ") != std::string_view::npos) {
        return {};
    }
    return frame.substr(0, frame.find(" at "));
}

// What lies under the surface of every program says nothing about this one, even where it is
// compiled into it: start-up code, standard and event libraries, run-time systems.
bool is_scaffold(std::string_view function) {
    constexpr std::array<std::string_view, 15> beginnings = {
        "__",          "_start",   "std::",    "boost::",   "core::", "alloc::", "tokio::", "mio::",
        "parking_lot", "runtime.", "syscall.", "internal/", "uv_",    "node::",  "v8::",
    };
    return function.empty() || function == "main" || function == "clone" || function == "clone3" ||
           std::ranges::any_of(beginnings, [function](std::string_view beginning) {
               return function.starts_with(beginning);
           });
}

const stack_group* stack_of(const thread_facts& thread, std::span<const stack_group> stacks) {
    const auto holds = [&thread](const stack_group& group) {
        return std::ranges::find(group.threads, thread.thread) != group.threads.end();
    };
    const auto found = std::ranges::find_if(stacks, holds);
    return found == stacks.end() ? nullptr : &*found;
}

// The program's own functions, innermost first, as far as `frames_max`.
std::string own_path(const stack_group* stack, std::string_view except, std::size_t frames_max) {
    if (stack == nullptr) {
        return {};
    }
    std::string path;
    std::string_view last;
    for (const std::string_view function : own_functions(*stack)) {
        // A static program has the C library's functions of its own.
        if (function == except || function == last || frames_max == 0) {
            continue;
        }
        path += (path.empty() ? "" : " <- ") + std::string(function);
        last = function;
        --frames_max;
    }
    return path;
}

bool runs(const thread_facts& thread) {
    return thread.state == 'R';
}

// "futex below drain_latch::all_ended"
std::string sleeping_place(const thread_facts& thread, std::span<const stack_group> stacks) {
    const std::string where = thread.syscall.empty() ? thread.wait_in : thread.syscall;
    const std::string below = own_path(stack_of(thread, stacks), where, 1);
    return (where.empty() ? "an unknown place" : where) + (below.empty() ? "" : " below " + below);
}

std::string at(since_start when) {
    return "at " + to_text(std::chrono::duration_cast<duration>(when));
}

std::string describe_client(const connection_row& client) {
    std::string text = "client of " + client.purpose + ", ";
    if (client.half_closed) {
        text += "half-closed " + at(*client.half_closed);
    } else if (client.closed && client.end == connection_end::reset_by_client) {
        text += "reset " + at(*client.closed);
    } else if (client.closed) {
        text += "closed " + at(*client.closed);
    } else {
        text += "opened " + at(client.opened) + " and still open";
    }
    if (client.server_closed) {
        return text + ", the server's end was seen " + at(*client.server_closed);
    }
    return text + ", never closed by the server";
}

std::string describe_queues(const tcp_socket_facts& tcp) {
    std::string text;
    // The client's FIN counts as a byte (net/ipv4/tcp_diag.c: rcv_nxt - copied_seq).
    const std::uint32_t fin = tcp.state == tcp_state::close_wait ? 1 : 0;
    if (tcp.receive_queue_bytes > fin) {
        text += ", " + count_of(tcp.receive_queue_bytes - fin, "byte") + " not read by the server";
    }
    if (tcp.send_queue_bytes > 0) {
        text += ", " + count_of(tcp.send_queue_bytes, "byte") + " not taken by the client";
    }
    if (tcp.timer != tcp_timer::none) {
        text += ", timer: " + std::string(to_text(tcp.timer));
    }
    if (tcp.retransmits_count > 0) {
        text += ", sent again " + count_of(tcp.retransmits_count, "time");
    }
    return text;
}

}  // namespace

std::vector<std::string_view> own_functions(const stack_group& stack) {
    std::vector<std::string_view> functions;
    for (const std::string& frame : stack.frames) {
        const std::string_view function = own_function(frame);
        if (!is_scaffold(function) && (functions.empty() || functions.back() != function)) {
            functions.push_back(function);
        }
    }
    return functions;
}

std::string describe_place(const thread_facts& thread, std::span<const stack_group> stacks) {
    if (!runs(thread)) {
        return "sleeps in " + sleeping_place(thread, stacks);
    }
    const stack_group* stack = stack_of(thread, stacks);
    const std::string path = own_path(stack, "", path_frames_max);
    if (!path.empty()) {
        return "running in " + path;
    }
    const bool any = stack != nullptr && !stack->frames.empty();
    return any ? "running in " + stack->frames.front() : "running";
}

std::string describe_places(std::span<const thread_facts> threads,
                            std::span<const stack_group> stacks) {
    std::map<std::string, std::size_t> counts;
    for (const thread_facts& thread : threads) {
        ++counts[runs(thread) ? "running" : "in " + sleeping_place(thread, stacks)];
    }
    std::vector<std::pair<std::string, std::size_t>> places(counts.begin(), counts.end());
    std::ranges::stable_sort(places, std::ranges::greater(),
                             [](const auto& p) { return p.second; });
    std::string text;
    std::size_t others = 0;
    for (std::size_t index = 0; index < places.size(); ++index) {
        if (index >= places_max) {
            others += places[index].second;
            continue;
        }
        text += (index == 0 ? "" : ", ") + std::to_string(places[index].second) + " " +
                places[index].first;
    }
    return text + (others > 0 ? ", " + std::to_string(others) + " elsewhere" : "");
}

std::string describe_connection(const held_connection& held) {
    std::string text = to_text(held.what);
    if (held.what.tcp) {
        text += describe_queues(*held.what.tcp);
    }
    if (held.client) {
        return text + ", " + describe_client(*held.client);
    }
    return text + (held.what.tcp ? ", no client of the harness"
                                 : " any more: its client reset it, never closed by the server");
}

std::string name_of(const thread_facts& thread) {
    return "thread " + std::to_string(thread.thread) + " (" + thread.name + ")";
}

std::string name_of(const process_facts& process) {
    return process.command + " (pid " + std::to_string(process.pid) + ")";
}

std::string count_of(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace stormdrain
