#pragma once
// One timer for the deadlines of all connections. Moving a deadline later, which every request
// does, costs nothing: the owner is looked at when its old instant comes, and put back.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <map>

namespace reference {

using clock = std::chrono::steady_clock;
using time_point = clock::time_point;
inline constexpr time_point never = time_point::max();

class deadline_queue;

// Something that is told when its deadline passes. Enters and leaves its queue with its lifetime.
class deadline_owner {
public:
    explicit deadline_owner(deadline_queue& queue);
    deadline_owner(const deadline_owner&) = delete;
    deadline_owner& operator=(const deadline_owner&) = delete;

protected:
    virtual ~deadline_owner();
    void set_deadline(time_point deadline);
    time_point deadline() const { return deadline_; }
    // Called once a deadline; it may set the next one.
    virtual void on_deadline() = 0;

private:
    friend class deadline_queue;
    deadline_queue& queue_;
    time_point deadline_ = never;
    std::multimap<time_point, deadline_owner*>::iterator position_;
};

class deadline_queue {
public:
    explicit deadline_queue(const boost::asio::any_io_executor& executor) : timer_(executor) {}
    // Until stop().
    boost::asio::awaitable<void> run();
    void stop();

private:
    friend class deadline_owner;
    void move(deadline_owner& owner, time_point deadline);
    void look_at_first(time_point now);

    std::multimap<time_point, deadline_owner*> entries_;
    boost::asio::steady_timer timer_;
    bool stopped_ = false;
};

}  // namespace reference
