#pragma once
// Lets time pass in a coroutine: between two looks at something that tells no event.

#include "harness/base/time.hpp"

#include <boost/asio/awaitable.hpp>

namespace stormdrain {

// Cancelled, it throws operation_aborted.
boost::asio::awaitable<void> pause(duration length);

}  // namespace stormdrain
