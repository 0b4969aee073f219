#pragma once
// R18: processes that outlive the server.

namespace stormdrain::rules {

enum class survivor {
    alive,   // a failure, two seconds after the exit
    zombie,  // a warning: it holds nothing but its name
};

// By the state of proc_pid_stat(5).
survivor survivor_of(char state);

}  // namespace stormdrain::rules
