#pragma once
// Runs a load profile, every request in the ledger: HTTP/1.1 on the engine, all else in coroutines.
// Never retries silently.

#include "harness/load/client.hpp"
#include "harness/load/http2_client.hpp"
#include "harness/load/ledger.hpp"
#include "harness/load/load_moments.hpp"
#include "harness/load/load_profile.hpp"
#include "harness/load/websocket_client.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/http_request.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace stormdrain {

class cycle_load;

class load_generator {
public:
    // `connections` must outlive the generator. One route for each name of the profile's.
    load_generator(boost::asio::any_io_executor executor, connector& connections,
                   const cycle_clock& started, std::vector<route> routes, load_profile profile);
    load_generator(const load_generator&) = delete;
    load_generator& operator=(const load_generator&) = delete;
    ~load_generator();

    // Returns when every client is done: after its planned requests, or, when the stop was
    // triggered meanwhile, as the profile's `after` says. `deadline` ends every request. To be
    // called once; cancelling it ends all clients, then throws operation_aborted.
    boost::asio::awaitable<void> run(time_point deadline);

    // From now on the server is stopping (T0).
    void stop_triggered();
    // Lets go of the server: held connections close now, the others after the request under way.
    void release();

    load_moments& moments() { return load_.moments; }
    const request_tally& tally() const { return load_.book.tally(); }

private:
    void begin_clients(task_group& tasks, time_point deadline, gate& all_ended);
    boost::asio::awaitable<void> run_client(std::uint32_t number, time_point deadline,
                                            gate& all_ended);
    boost::asio::awaitable<void> run_websocket_client(websocket_client& client, gate& all_ended);
    boost::asio::awaitable<void> run_stream(http2_client& client, gate& all_ended);

    boost::asio::any_io_executor executor_;
    load_state load_;
    std::unique_ptr<cycle_load> on_engine_;  // null: coroutines carry the load
    std::vector<std::unique_ptr<http2_client>> http2_clients_;
    std::vector<std::unique_ptr<websocket_client>> websocket_clients_;
    std::uint32_t clients_running_ = 0;  // over HTTP/2: their streams
};

}  // namespace stormdrain
