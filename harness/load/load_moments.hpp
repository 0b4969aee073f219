#pragma once
// Moments in the life of a load that a stop can be tied to; each opens once.

#include "harness/base/gate.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace stormdrain {

struct load_moments {
    explicit load_moments(const boost::asio::any_io_executor& executor)
        : connected(executor),
          awaiting_first_byte(executor),
          mid_response(executor),
          last_response(executor),
          finished(executor) {}
    gate connected;            // every client's first connect is done (or failed)
    gate awaiting_first_byte;  // some request was sent whole and no byte of its answer came
    gate mid_response;         // some response began and is not whole
    gate last_response;        // the last planned request was answered; its connection is open
    // No client has a planned request left. Comes in any case, also where the others never do:
    // then the server failed, or the stop came first.
    gate finished;
};

}  // namespace stormdrain
