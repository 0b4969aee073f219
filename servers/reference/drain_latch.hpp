#pragma once
// Counts the connections of one server and lets its stop wait until none is left.

#include "servers/reference/event_log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>

namespace reference {

enum class stop_kind {
    graceful,  // who is owed an answer may finish
    forced,    // nobody may
};

class drain_latch {
public:
    virtual ~drain_latch() = default;
    virtual void connection_started() = 0;
    virtual void connection_ended() = 0;
    // Called once, after the last connection_started(). Logs that the server stops, then waits.
    virtual boost::asio::awaitable<void> all_ended(stop_kind how) = 0;
};

// The correct one waits on the count itself: count and wait belong to one thread, the waiter looks
// at the count before every wait, so it makes no difference when the last connection ends.
std::unique_ptr<drain_latch> make_drain_latch(const boost::asio::any_io_executor& executor,
                                              const event_log& log);

}  // namespace reference
