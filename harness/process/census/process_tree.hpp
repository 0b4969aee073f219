#pragma once
// Who descends from whom, by /proc. Used by keepers too: no Asio here.

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

// All live descendants of the process, parents before their children, itself and zombies left out.
std::vector<pid_t> descendants(pid_t ancestor);

// Whether a thread beside the first one sleeps.
bool has_sleeping_thread(pid_t process);

// /proc/PID/stat, proc_pid_stat(5): what the harness needs of it.
struct process_stat {
    std::string command;
    char state = '?';
    pid_t parent = 0;
    unsigned long user_ticks = 0;
    unsigned long system_ticks = 0;
    unsigned long threads_count = 0;
    unsigned long resident_pages = 0;
};

// Nothing when the process is gone.
std::optional<process_stat> read_stat(pid_t pid);
// The text of /proc/PID/stat; the command may hold blanks and parentheses.
std::optional<process_stat> parse_stat(const std::string& text);

}  // namespace stormdrain
