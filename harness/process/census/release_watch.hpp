#pragma once
// Follows the kernel's word on which of the server's sockets are gone, all through a cycle, and
// notes it in the connection log.

#include "harness/process/census/socket_events.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace stormdrain {

class release_watch {
public:
    // Before the first connection: what is gone already is never told. Throws environment_error
    // where the kernel refuses. The log must outlive it.
    release_watch(const boost::asio::any_io_executor& executor,
                  std::span<const std::uint16_t> server_ports, connection_log& log);
    release_watch(const release_watch&) = delete;
    release_watch& operator=(const release_watch&) = delete;
    ~release_watch();

    // Until stop(); cancelled, it throws operation_aborted.
    boost::asio::awaitable<void> run();
    // Lets run() end. What came meanwhile is still noted.
    void stop();
    // Takes what is there now: before the log is judged or copied.
    void catch_up();
    // See socket_events.
    std::uint64_t lost_count() const { return events_.lost_count(); }

private:
    socket_events events_;
    boost::asio::posix::stream_descriptor readable_;
    connection_log& log_;
    bool stopped_ = false;
};

}  // namespace stormdrain
