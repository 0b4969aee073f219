#pragma once
// What other tools say of a server: ss(8), strace(1) and gdb(1), read from their output, so that
// what the harness says of the same instant can be held against it.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::acceptance {

// One line of `ss -H -tanp`.
struct ss_socket {
    std::string state;  // as the kernel's names have it: ESTABLISHED, CLOSE_WAIT
    std::size_t receive_queue = 0;
    std::string local;
    std::string peer;
    bool has_owner = false;  // a process has it open
};

std::vector<ss_socket> read_ss(const std::string& output);

// What one process did, by a log of `strace -f -yy -o FILE -e trace=%desc,%network,exit_group`.
struct strace_account {
    // Still open when it asked the kernel to end it, with what strace says that they are:
    // "TCP:[127.0.0.1:80->127.0.0.1:40112]". Empty: open from the start, and never used.
    std::map<int, std::string> open_at_exit;
    bool asked_to_exit = false;
    int exit_code = 0;
};

// Of a process with one thread; 0, 1 and 2 are open from the start.
strace_account read_strace(const std::string& log, int pid);

// How many calls ended with that error ("EMFILE"). An injected error is not one of the kernel's.
struct strace_errors {
    std::size_t returned_count = 0;
    std::size_t injected_count = 0;
};
strace_errors count_errors(const std::string& log, std::string_view error);

// One function on a stack.
struct frame_view {
    std::string key;            // its own name and its source file: "all_ended in server.cpp"
    bool is_installed = false;  // the source is a header or a library of the machine
};

// By the output of `thread apply all bt`: the stacks by thread, innermost function first. Functions
// without a source file are left out.
std::map<int, std::vector<frame_view>> read_gdb(const std::string& output);

// The key of a function as a report of a hang has it: "reference::helper_latch::all_ended at
// waits_for_child.cpp:36". Empty without a source file.
std::string key_of_frame(const std::string& frame);

}  // namespace stormdrain::acceptance
