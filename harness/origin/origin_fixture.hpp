#pragma once
// For tests of origins and of faults there: a client that stands where the proxy would.

#include "harness/net/http_exchange.hpp"
#include "harness/origin/origin_set.hpp"
#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace stormdrain {

// What a client saw of one request.
struct origin_answer_seen {
    std::optional<exchange_end> end;
    int status = 0;
    std::uint64_t body_bytes = 0;
};

inline boost::asio::awaitable<origin_answer_seen> ask_origin(transport& connection, route what,
                                                             time_point deadline) {
    const rendered_request request = render(what, "a.test", connection_use::keep_alive);
    http_exchange exchange(connection, request);
    co_await exchange.run(deadline);
    origin_answer_seen seen;
    seen.end = exchange.report().end;
    seen.status = exchange.response().head().status;
    seen.body_bytes = exchange.response().body_bytes();
    co_return seen;
}

class origin_fixture : public connection_fixture {
protected:
    using play = std::function<boost::asio::awaitable<void>(origin_server&)>;

    // An origin for a.test and b.test, as long as the test's part runs.
    void with_origin(origin_protocol speaks, play part) {
        run([&]() -> boost::asio::awaitable<void> {
            origin_plan plan;
            plan.name = "web";
            plan.speaks = speaks;
            plan.hosts = {"a.test", "b.test"};
            origin_server origin(executor(), plan, folder_.path());
            origin.begin(clock_);
            co_await part(origin);
            co_await origin.stop();
        });
    }

    // Over TLS when a server name is given.
    boost::asio::awaitable<std::unique_ptr<transport>> connect_to(origin_server& origin,
                                                                  std::string server_name = "") {
        std::unique_ptr<tls_client> tls;
        if (!server_name.empty()) {
            tls_client_options trusting;
            trusting.trusted_certificate_path = origin.certificate_path();
            trusting.server_name = std::move(server_name);
            tls = std::make_unique<tls_client>(std::move(trusting));
        }
        connector connections(executor(), {"origin", origin.where(), tls.get()}, log_);
        connect_options options{.purpose = "test"};
        connect_outcome outcome = co_await connections.connect(std::move(options), soon());
        EXPECT_EQ(outcome.stage, connect_stage::done) << outcome.error.message();
        co_return std::move(outcome.connection);
    }

    static boost::asio::awaitable<origin_answer_seen> get(transport& connection, std::string path,
                                                          std::string host = "a.test") {
        route what;
        what.path = std::move(path);
        what.headers = {{"Host", std::move(host)}};
        co_return co_await ask_origin(connection, std::move(what), soon());
    }

    temporary_folder folder_;
    cycle_clock clock_;
};

}  // namespace stormdrain
