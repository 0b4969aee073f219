#pragma once
// R15: an exit status other than 0 that the manual explains.

#include "harness/plan/contract.hpp"
#include "harness/process/exits/exit_status.hpp"

#include <string>
#include <vector>

namespace stormdrain::rules {

// What entries of a contract may depend on.
struct exit_circumstances {
    bool connections_open = false;
    bool starting = false;
};

// One of the entries that count under the circumstances; never with a core.
bool is_documented_exit(exit_status status, const std::vector<legal_exit>& legal,
                        const exit_circumstances& seen);

// Whether the contract says anything of exits under that circumstance.
bool names(const std::vector<legal_exit>& legal, exit_circumstance one);

// "exit 0 or killed by SIGTERM"
std::string list(const std::vector<legal_exit>& legal);

}  // namespace stormdrain::rules
