#pragma once
// How full the queues of the server's listeners get during a load, and what they drop.

#include "harness/base/time.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/server_setup.hpp"
#include "harness/process/census/socket_table.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <vector>

namespace stormdrain {

class listener_watch {
public:
    // Counts from now on. Throws environment_error where the kernel refuses sock_diag.
    listener_watch(const boost::asio::any_io_executor& executor, socket_table& sockets,
                   const port_numbers& ports);

    // Looks at the queues again and again, until stop(): for the greatest length of them.
    boost::asio::awaitable<void> run();
    void stop();

    // What there was until now, one record a port.
    std::vector<listener_record> look();

private:
    struct watched {
        listener_record seen;
        std::uint64_t dropped_before = 0;
    };
    std::uint64_t look_at(listener_record& listener);

    socket_table& sockets_;
    boost::asio::steady_timer timer_;
    std::vector<watched> ports_;
    bool stopped_ = false;
};

}  // namespace stormdrain
