#pragma once
// The failures of a session as error codes, for those who tell them beside a socket's.

#include "harness/net/tls13/failure.hpp"

#include <boost/system/error_code.hpp>

#include <optional>

namespace stormdrain::tls13 {

// Says in words what failed. `received`: the server's alert, where that is what failed.
boost::system::error_code failure_code(failure why, std::optional<alert> received = std::nullopt);

}  // namespace stormdrain::tls13
