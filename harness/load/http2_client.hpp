#pragma once
// One client over HTTP/2: one connection at a time, and on it as many requests at once as the load
// says. As strict as client.hpp: each request has one fate, and none is tried twice.

#include "harness/base/task_group.hpp"
#include "harness/load/client.hpp"
#include "harness/load/http2_link.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace stormdrain {

class http2_client {
public:
    // `tasks` carries its connections; all have ended once every run_stream() has and `tasks` is
    // joined.
    http2_client(load_state& load, std::uint32_t number, time_point deadline, task_group& tasks);
    http2_client(const http2_client&) = delete;
    http2_client& operator=(const http2_client&) = delete;

    // As often as profile.streams_per_connection, at the same time.
    boost::asio::awaitable<void> run_stream();

private:
    enum class planned { done, stop_came_first };

    boost::asio::awaitable<planned> do_planned();
    boost::asio::awaitable<void> go_on_after_stop();
    // From a request that ended so to the next.
    boost::asio::awaitable<void> think(request_end before);
    boost::asio::awaitable<void> hold();
    boost::asio::awaitable<void> carry(std::shared_ptr<http2_link> link);

    boost::asio::awaitable<request_end> request();
    boost::asio::awaitable<void> try_request(request_row& row, const asked_route& asked,
                                             time_point deadline);
    // False: there is no connection, and the row says why.
    boost::asio::awaitable<bool> need_connection(request_row& row, time_point deadline);
    boost::asio::awaitable<bool> connect(request_row& row, time_point deadline);
    bool may_ask() const;
    bool out_of_time() const { return clock::now() >= deadline_; }
    bool must_end() const { return load_.released.is_open() || out_of_time(); }

    load_state& load_;
    const std::uint32_t number_;
    const time_point deadline_;
    task_group& tasks_;
    tls_session session_;                             // outlives the connections
    std::shared_ptr<http2_link> link_;                // for the next request; null: none yet
    std::vector<std::shared_ptr<http2_link>> links_;  // all that go on, those with a GOAWAY as well
    std::shared_ptr<gate> connecting_;                // another stream is at it
    std::uint32_t requests_left_;
    std::uint32_t streams_to_finish_;
    std::uint32_t streams_running_;
    bool connected_once_ = false;
    bool tried_again_ = false;
};

}  // namespace stormdrain
