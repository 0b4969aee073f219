#pragma once
// Idle connections to the origin, each watched: who of them ends, or says something that nobody has
// asked for, is closed at once.

#include "servers/reference/one_way_event.hpp"
#include "servers/reference/proxy/origin_connection.hpp"
#include "servers/reference/task_group.hpp"

#include <boost/asio/awaitable.hpp>

#include <list>
#include <memory>

namespace reference::proxy {

class origin_pool {
public:
    explicit origin_pool(const origin_context& context)
        : context_(context), watchers_(context.front.executor) {}

    // The latest that may carry the request, and was open a moment ago. Null: there is none.
    boost::asio::awaitable<std::unique_ptr<origin_connection>> take(origin_identity wanted);
    void give_back(std::unique_ptr<origin_connection> connection);
    // Closes what is idle, and what is given back from now on.
    void stop();
    // Once, after the last take().
    boost::asio::awaitable<void> all_ended() { return watchers_.join(); }

private:
    struct idle_connection {
        idle_connection(std::unique_ptr<origin_connection> given,
                        const boost::asio::any_io_executor& executor)
            : connection(std::move(given)), is_watched_no_more(executor) {}

        std::unique_ptr<origin_connection> connection;  // null: it has ended
        bool is_taken = false;
        one_way_event is_watched_no_more;
    };
    using place = std::list<idle_connection>::iterator;

    place find(const origin_identity& wanted);
    boost::asio::awaitable<void> watch(place watched);

    const origin_context& context_;
    std::list<idle_connection> idle_;  // the latest first
    bool stopping_ = false;
    task_group watchers_;
};

}  // namespace reference::proxy
