#pragma once
// Runs a load profile: N closed-loop clients, every request in the ledger. Never retries silently.

#include "harness/base/gate.hpp"
#include "harness/base/seed.hpp"
#include "harness/base/task_group.hpp"
#include "harness/load/ledger.hpp"
#include "harness/load/load_profile.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/http_request.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>

namespace stormdrain {

// Moments in the life of the load that a stop can be tied to; each opens once.
struct load_moments {
    explicit load_moments(const boost::asio::any_io_executor& executor)
        : connected(executor),
          awaiting_first_byte(executor),
          mid_response(executor),
          last_response(executor),
          finished(executor) {}
    gate connected;            // every client's first connect is done (or failed)
    gate awaiting_first_byte;  // some request was sent whole and no byte of its answer came
    gate mid_response;         // some response began and is not whole
    gate last_response;        // the last planned request was answered; its connection is open
    gate finished;             // all clients did their planned requests
};

class load_generator {
public:
    load_generator(boost::asio::any_io_executor executor, connector& connections, route what,
                   load_profile profile, seed start);

    // Returns when every client is done: after its planned requests, or, when the stop was
    // triggered meanwhile, as the profile's `after` says. `deadline` ends every request.
    boost::asio::awaitable<void> run(time_point deadline);

    // From now on the server is stopping (T0).
    void stop_triggered();
    // Connections held after the stop (after_stop::stay_idle) may close now.
    void release();

    load_moments& moments() { return moments_; }
    const request_tally& tally() const { return ledger_.tally(); }

private:
    boost::asio::awaitable<void> run_client(std::uint32_t index, time_point deadline);

    boost::asio::any_io_executor executor_;
    connector& connections_;
    route route_;
    load_profile profile_;
    seed seed_;
    ledger ledger_;
    load_moments moments_;
    gate stopping_;
    gate released_;
    std::uint32_t clients_connected_ = 0;
    std::uint32_t clients_finished_ = 0;
};

}  // namespace stormdrain
