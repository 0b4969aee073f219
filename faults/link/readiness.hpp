#pragma once
// Which of many sockets can be read or written: an epoll of our own inside Asio's, edge-triggered,
// so that a proxied connection costs two epoll_ctl(2) in all and no allocation an event. (Asio's
// sockets cost a tenth more of a short connection.)

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace stormdrain {

class readiness {
public:
    class watcher {
    public:
        // EPOLLIN and so on, as epoll_ctl(2) has them. It may come for a descriptor that was closed
        // by an earlier event of the same batch.
        virtual void ready(std::uint32_t events) = 0;

    protected:
        ~watcher() = default;
    };

    // `after_batch` is called when all that was ready has been told: what ended may be freed.
    // Throws environment_error when there is no descriptor for it.
    readiness(const boost::asio::any_io_executor& executor, std::function<void()> after_batch);
    readiness(const readiness&) = delete;
    readiness& operator=(const readiness&) = delete;
    ~readiness();

    // Closing the descriptor ends it. `who` outlives the batch in which it is closed.
    boost::system::error_code watch(int descriptor, std::uint32_t events, watcher& who);
    // Other events from now on; asks again whether they are there already.
    boost::system::error_code watch_for(int descriptor, std::uint32_t events, watcher& who);

private:
    struct life {
        readiness* owner;
    };

    void wait();
    void tell();

    boost::asio::posix::stream_descriptor epoll_;
    std::function<void()> after_batch_;
    std::shared_ptr<life> life_;  // shared with the wait that is under way
};

}  // namespace stormdrain
