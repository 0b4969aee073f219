#pragma once
// An HTTP/1.1 origin on a free port of 127.0.0.1, plain or TLS, for proxies under test: it answers
// (see origin_answer.hpp), writes down what comes on which connection, and misbehaves when told to.

#include "harness/base/task_group.hpp"
#include "harness/net/endpoint.hpp"
#include "harness/origin/misbehaviour.hpp"
#include "harness/origin/origin_connection.hpp"
#include "harness/origin/origin_plan.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <optional>
#include <string>

namespace stormdrain {

class origin_server {
public:
    // More than any scenario has clients, less than leaves the harness no descriptor.
    static constexpr std::size_t connections_max = 4096;

    // Listens at once. `folder` is for the certificate of one that speaks TLS. Throws
    // environment_error.
    origin_server(const boost::asio::any_io_executor& executor, origin_plan plan,
                  const std::string& folder);
    origin_server(const origin_server&) = delete;
    origin_server& operator=(const origin_server&) = delete;

    const origin_plan& plan() const { return plan_; }
    const endpoint& where() const { return where_; }
    // PEM; usable as trust anchor. Empty: it speaks no TLS.
    const std::string& certificate_path() const { return certificate_path_; }

    // Where it speaks TLS: see origin_tls.
    void note_secrets(key_log& into) {
        if (desk_.tls) {
            desk_.tls->note_secrets(into);
        }
    }
    // Counts anew, in this cycle's time.
    void begin(const cycle_clock& cycle) { desk_.tally.begin(cycle); }
    origin_record record() const { return desk_.tally.record(where_); }
    // What the origin has ended of the connection from that port.
    std::optional<origin_connection_row> ended_from(std::uint16_t proxy_port) const {
        return desk_.tally.ended_from(proxy_port);
    }

    // Does it to the next request that comes. Returns what provably happened; empty when none came
    // until the deadline, or `released` opened first (which also ends a stall).
    boost::asio::awaitable<std::string> strike(misbehaviour what, gate& released,
                                               time_point deadline);

    // Ends the connections there are: idle ones at once, the others behind their answer, or after
    // `limit`. New ones are taken.
    boost::asio::awaitable<void> close_connections(duration limit);
    // Stops listening and ends everything; to be awaited before the origin dies.
    boost::asio::awaitable<void> stop();

private:
    boost::asio::awaitable<void> accept_all();
    boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);
    bool any_told_to_end() const;

    origin_plan plan_;
    boost::asio::ip::tcp::acceptor acceptor_;
    endpoint where_;
    std::string certificate_path_;
    origin_desk desk_;
    std::list<origin_connection*> connections_;  // those that run
    gate stopping_;
    task_group tasks_;
};

}  // namespace stormdrain
