#pragma once
// The sentences about a server that hangs, shared by the one-line cause and the report.

#include "harness/cycle/hang_record.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// "sleeps in futex below notified_latch::all_ended", "runs in accept_loop <- main": as much as is
// known.
std::string describe_place(const thread_facts& thread, std::span<const stack_group> stacks);

// "2 in epoll_wait, 1 in futex below notified_latch::all_ended": the most frequent first.
std::string describe_places(std::span<const thread_facts> threads,
                            std::span<const stack_group> stacks);

// The program's own functions on a stack, innermost first: without those of libraries, event loops
// and run-time systems, which stand on every stack. Points into it.
std::vector<std::string_view> own_functions(const stack_group& stack);

// "fd 17 TCP CLOSE_WAIT 127.0.0.1:8080 <- 127.0.0.1:40112, client of fault half_close, half-closed
// at 812 ms, never closed by the server"
std::string describe_connection(const held_connection& held);

// "thread 4711 (worker)"
std::string name_of(const thread_facts& thread);
// "nginx (pid 4711)"
std::string name_of(const process_facts& process);
// "1 thread", "3 threads"
std::string count_of(std::size_t count, const std::string& noun);

}  // namespace stormdrain
