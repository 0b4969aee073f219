#pragma once
// One strict closed-loop client in a coroutine, for loads of scripts; HTTP/1.1 is the engine's
// (engine/cycle_load.hpp), whose clients do the same. It sends its next request as soon as it has
// the answer, at once and without looking whether the server hung up, as any client might; opens a
// new connection only for its next request, never for the one that failed.

#include "harness/base/gate.hpp"
#include "harness/load/ack_trial.hpp"
#include "harness/load/asked_route.hpp"
#include "harness/load/ledger.hpp"
#include "harness/load/load_moments.hpp"
#include "harness/load/load_profile.hpp"
#include "harness/load/script_barriers.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/http_exchange.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

// What the clients of one load share.
struct load_state {
    // The routes in the order of the profile's.
    load_state(const boost::asio::any_io_executor& executor, connector& connector_to_use,
               const cycle_clock& started, std::vector<route> routes, load_profile profile_to_run);

    bool began_after_stop(const request_row& row) const {
        return stopped_at && row.started >= clock.at(*stopped_at);
    }
    // The row of the load's next request, and which route it asks.
    std::pair<request_row, const asked_route*> begin_request(time_point began);
    // The address that client `number` comes from; empty: the kernel chooses.
    std::string source_of_client(std::uint32_t number) const;
    // How client `number` connects; it keeps its session there.
    connect_options options_of_client(std::uint32_t number, tls_session& session) const;
    // Null: the row says why. Only cancellation throws.
    boost::asio::awaitable<std::unique_ptr<transport>> connect(request_row& row,
                                                               connect_options options,
                                                               time_point deadline);
    // `done` says what the row does not. True: it went the ordinary way.
    bool write_down(request_row row, const asked_route& asked, ordinary_request done);

    connector& connections;
    const cycle_clock clock;
    const load_profile profile;
    std::vector<asked_route> routes;
    ledger book;
    ack_trial acknowledgement;
    load_moments moments;
    script_barriers barriers;
    gate stopping;  // opened at T0
    std::optional<time_point> stopped_at;
    gate released;                     // opened when no client may hold the server up any longer
    std::uint32_t clients_to_connect;  // those whose first connect is not decided yet
    std::uint32_t clients_to_finish;
    std::uint64_t planned_requests_left;
};

class client {
public:
    // Far above what a client gets through before a cycle's deadline: only there to bound the loop.
    static constexpr std::uint32_t requests_after_stop_max = 1'000'000;

    // `number` tells the clients of a load apart: from 0.
    client(load_state& load, std::uint32_t number, time_point deadline)
        : load_(load), number_(number), deadline_(deadline) {}
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    boost::asio::awaitable<void> run();

private:
    enum class planned { done, stop_came_first };

    boost::asio::awaitable<planned> do_planned();
    boost::asio::awaitable<void> go_on_after_stop();
    boost::asio::awaitable<void> think();
    boost::asio::awaitable<void> hold();

    // One request with its row, on a fresh connection when there is none.
    boost::asio::awaitable<request_end> request();
    boost::asio::awaitable<void> try_request(request_row& row, const asked_route& asked,
                                             time_point deadline);
    boost::asio::awaitable<bool> connect(request_row& row, time_point deadline);
    boost::asio::awaitable<void> exchange(request_row& row, const asked_route& asked,
                                          time_point deadline);
    void write_down(request_row row, const asked_route& asked);
    void close_unless_reusable();
    void close();
    bool out_of_time() const { return clock::now() >= deadline_; }
    // No further request; the one under way is still owed its answer.
    bool must_end() const { return load_.released.is_open() || out_of_time(); }

    load_state& load_;
    const std::uint32_t number_;
    const time_point deadline_;
    tls_session session_;  // outlives the connection, which leaves its session here
    std::unique_ptr<transport> connection_;
    bool reusable_ = false;
    bool acknowledges_at_once_ = false;
    bool connected_once_ = false;
    std::uint32_t requests_on_connection_ = 0;
    time_point previous_response_{};
};

}  // namespace stormdrain
