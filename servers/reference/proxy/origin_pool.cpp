#include "servers/reference/proxy/origin_pool.hpp"

#include <algorithm>
#include <utility>

namespace reference::proxy {

namespace asio = boost::asio;

origin_pool::place origin_pool::find(const origin_identity& wanted) {
    return std::find_if(idle_.begin(), idle_.end(), [&](const idle_connection& one) {
        return !one.is_taken &&
               context_.conduct.matches(context_.options.match, one.connection->recorded, wanted);
    });
}

asio::awaitable<std::unique_ptr<origin_connection>> origin_pool::take(origin_identity wanted) {
    for (place found = find(wanted); found != idle_.end(); found = find(wanted)) {
        found->is_taken = true;
        // The watcher looks once more, and leaves it to us only when it is still quiet and open.
        found->connection->bytes.interrupt();
        co_await found->is_watched_no_more.wait();
        std::unique_ptr<origin_connection> connection = std::move(found->connection);
        idle_.erase(found);
        if (connection) {
            co_return connection;
        }
    }
    co_return nullptr;
}

void origin_pool::give_back(std::unique_ptr<origin_connection> connection) {
    if (stopping_ || idle_.size() >= context_.options.pool_max) {
        connection->bytes.close();
        return;
    }
    idle_.emplace_front(std::move(connection), context_.front.executor);
    watchers_.spawn(watch(idle_.begin()));
}

asio::awaitable<void> origin_pool::watch(place watched) {
    origin_connection& idle = *watched->connection;
    const time_point deadline = clock::now() + context_.options.pool_idle_timeout;
    outcome seen = co_await idle.bytes.receive(idle.input, context_.front.scratch, deadline);
    if (seen == outcome::done && !context_.conduct.minds_unread_bytes()) {
        seen = co_await idle.bytes.wait_for_reset(deadline);
    }
    if (seen != outcome::interrupted || !watched->is_taken) {
        idle.bytes.close();
        watched->connection.reset();
    }
    if (watched->is_taken) {
        watched->is_watched_no_more.set();
    } else {
        idle_.erase(watched);
    }
}

void origin_pool::stop() {
    stopping_ = true;
    for (const idle_connection& one : idle_) {
        if (!one.is_taken) {
            one.connection->bytes.interrupt();
        }
    }
}

}  // namespace reference::proxy
