#include "harness/base/gate.hpp"

#include "harness/base/deadline.hpp"

namespace stormdrain {

gate::gate(const boost::asio::any_io_executor& executor) : waiters_(executor, time_point::max()) {}

void gate::open() {
    opened_ = true;
    waiters_.cancel();
}

boost::asio::awaitable<gate_result> gate::wait(time_point deadline) {
    while (!opened_) {
        const transfer outcome =
            co_await before(deadline, waiters_.async_wait(boost::asio::deferred));
        if (opened_) {
            break;
        }
        if (outcome.error == boost::asio::error::timed_out) {
            co_return gate_result::deadline_passed;
        }
        if ((co_await boost::asio::this_coro::cancellation_state).cancelled() !=
            boost::asio::cancellation_type::none) {
            throw boost::system::system_error(boost::asio::error::operation_aborted);
        }
    }
    co_return gate_result::opened;
}

boost::asio::awaitable<void> until_open(gate& entrance, time_point deadline) {
    co_await entrance.wait(deadline);
}

}  // namespace stormdrain
