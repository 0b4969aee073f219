#pragma once
// What this machine lets the harness do, found out by doing it: every probe is a real attempt, on
// sockets of its own or in a forked child, ends within seconds and leaves nothing behind.

#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct capability {
    enum class state { available, missing, not_probed };
    enum class need { every_verdict, some_checks };

    std::string_view name;  // "sock_diag"
    need needed_for = need::some_checks;
    state found = state::not_probed;
    std::string why;           // "socket(AF_PACKET): Operation not permitted"; empty: available
    std::string_view without;  // what is lost when it is missing
};

std::string_view to_text(capability::state found);

// "mechanism packet_socket unavailable (socket(AF_PACKET): Operation not permitted)"
std::string why_skipped(const capability& missing);

// All of them, in the order of the table that `stormdrain doctor` prints. Forks: to be called
// before threads are started.
std::vector<capability> probe_capabilities();

// False when something is missing that every verdict needs.
bool can_judge(const std::vector<capability>& found);

}  // namespace stormdrain
