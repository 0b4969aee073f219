#pragma once
// One client over a WebSocket: opens one, says its messages there, each once the one before is
// back, and keeps it. As strict as client.hpp: each message has one fate, and none is tried twice.

#include "harness/base/task_group.hpp"
#include "harness/load/client.hpp"
#include "harness/load/websocket_link.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>

namespace stormdrain {

class websocket_client {
public:
    // `tasks` carries its connections; they have ended once run() has.
    websocket_client(load_state& load, std::uint32_t number, time_point deadline, task_group& tasks)
        : load_(load), number_(number), deadline_(deadline), tasks_(tasks) {}
    websocket_client(const websocket_client&) = delete;
    websocket_client& operator=(const websocket_client&) = delete;

    boost::asio::awaitable<void> run();

private:
    enum class planned { done, stop_came_first };

    boost::asio::awaitable<planned> do_planned();
    boost::asio::awaitable<void> go_on_after_stop();
    boost::asio::awaitable<void> think();
    boost::asio::awaitable<void> hold();
    boost::asio::awaitable<void> close();
    boost::asio::awaitable<void> carry(std::shared_ptr<websocket_link> link);

    // One message with its row, in a fresh tunnel when there is none.
    boost::asio::awaitable<request_end> request();
    boost::asio::awaitable<void> try_request(request_row& row, const asked_route& asked,
                                             time_point deadline);
    // False: there is no tunnel, and the row says why.
    boost::asio::awaitable<bool> open_tunnel(request_row& row, const asked_route& asked,
                                             time_point deadline);
    boost::asio::awaitable<std::unique_ptr<websocket_tunnel>> ask_for_tunnel(
        request_row& row, const asked_route& asked, time_point deadline);
    bool out_of_time() const { return clock::now() >= deadline_; }
    bool must_end() const { return load_.released.is_open() || out_of_time(); }

    load_state& load_;
    const std::uint32_t number_;
    const time_point deadline_;
    task_group& tasks_;
    tls_session session_;  // outlives the connections
    std::shared_ptr<websocket_link> link_;
    std::uint32_t messages_count_ = 0;        // of all tunnels
    std::uint32_t number_on_connection_ = 0;  // of the next message
    bool connected_once_ = false;
};

}  // namespace stormdrain
