#pragma once
// What the process behind an attacked server held before the load and after it, and what CPU the
// load cost it: it and its descendants.

#include "harness/process/census/census.hpp"
#include "harness/process/census/socket_table.hpp"

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace stormdrain {

struct audited {
    census before;
    census after;
    duration waited{};  // for the server to let go of the connections
};

class process_audit {
public:
    // Throws usage_error when there is no such process.
    explicit process_audit(pid_t pid);

    // When the load is over. Waits a little until no TCP socket is held that was not there before.
    audited finish();

private:
    census look();

    const pid_t pid_;
    socket_table sockets_;
    const census before_;
};

// Lines for people, below attack_page().
std::string audit_page(const audited& seen, std::uint64_t requests_count);

}  // namespace stormdrain
