#pragma once
// What is left when the server's own process is gone: the descriptors it held at its end,
// processes, ports, files; and whether it can be started again where it was.

#include "harness/cycle/cycle_parts.hpp"

#include <boost/asio/awaitable.hpp>

#include <sys/types.h>

#include <vector>

namespace stormdrain {

class aftermath {
public:
    explicit aftermath(cycle_parts& parts) : parts_(parts) {}

    // Does nothing when the process still runs, as in_process servers do.
    boost::asio::awaitable<void> run();

private:
    boost::asio::awaitable<void> look_for_orphans();
    // The processes that were seen to end.
    std::vector<pid_t> look_at_ends();
    void look_at_ports();
    bool must_start_again() const;
    boost::asio::awaitable<void> start_again();

    cycle_parts& parts_;
};

}  // namespace stormdrain
