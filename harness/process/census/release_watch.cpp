#include "harness/process/census/release_watch.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace stormdrain {

namespace asio = boost::asio;

release_watch::release_watch(const asio::any_io_executor& executor,
                             std::span<const std::uint16_t> server_ports, connection_log& log)
    : events_(server_ports), readable_(executor, events_.descriptor()), log_(log) {}

release_watch::~release_watch() {
    readable_.release();  // events_ closes it
}

asio::awaitable<void> release_watch::run() {
    while (!stopped_) {
        boost::system::error_code error;
        co_await readable_.async_wait(asio::posix::stream_descriptor::wait_read,
                                      asio::redirect_error(asio::use_awaitable, error));
        catch_up();
        if (error && !stopped_) {
            throw boost::system::system_error(error);
        }
    }
}

void release_watch::stop() {
    catch_up();
    stopped_ = true;
    boost::system::error_code nobody_waits;  // then run() sees that it is to end
    readable_.cancel(nobody_waits);
}

void release_watch::catch_up() {
    log_.catch_up();  // a socket that is gone was made before
    for (const destroyed_socket& gone : events_.read_available()) {
        apply(gone, log_);
    }
}

}  // namespace stormdrain
