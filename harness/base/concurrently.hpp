#pragma once
// Two coroutines at once inside one: joined before the caller goes on, so both may refer to what
// lives in the caller's frame. Not for timeouts: before() costs half of it.

#include <boost/asio/awaitable.hpp>

namespace stormdrain {

enum class ended_first { left, right };

// Waits for the first to end, cancels the other and waits for that one too. The first's exception
// is rethrown, and the other's unless it is the operation_aborted that was asked for.
boost::asio::awaitable<ended_first> first_of(boost::asio::awaitable<void> left,
                                             boost::asio::awaitable<void> right);

// Waits for both; when one throws, the other is cancelled and the exception rethrown.
boost::asio::awaitable<void> both_of(boost::asio::awaitable<void> left,
                                     boost::asio::awaitable<void> right);

}  // namespace stormdrain
