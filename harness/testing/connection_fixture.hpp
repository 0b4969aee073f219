#pragma once
// A test with a connection log and a connector to a scripted peer.

#include "harness/base/gate.hpp"
#include "harness/net/connector.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <utility>

namespace stormdrain {

class connection_fixture : public io_fixture {
protected:
    static time_point soon() { return clock::now() + std::chrono::seconds(10); }

    connector connector_to(const scripted_peer& peer, const tls_client* tls = nullptr) {
        return connector(executor(), {"http", peer.where(), tls}, log_);
    }

    // A connection that has to succeed; null otherwise, and the test has failed.
    boost::asio::awaitable<std::unique_ptr<transport>> connect(const scripted_peer& peer,
                                                               const tls_client* tls = nullptr) {
        connector connections = connector_to(peer, tls);
        connect_options options{.purpose = "test"};
        connect_outcome outcome = co_await connections.connect(std::move(options), soon());
        EXPECT_EQ(outcome.stage, connect_stage::done) << outcome.error.message();
        co_return std::move(outcome.connection);
    }

    // A script's last wait, for peers that hold their connection until the test is done.
    boost::asio::awaitable<void> until_released() {
        EXPECT_EQ(co_await released_.wait(soon()), gate_result::opened);
    }

    connection_log log_{cycle_clock()};
    gate released_{executor()};
};

}  // namespace stormdrain
