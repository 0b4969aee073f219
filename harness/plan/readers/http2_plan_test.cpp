// What is over HTTP/2 runs where a target speaks it, and is skipped elsewhere with the reason.

#include "harness/plan/plan.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace stormdrain {
namespace {

class http2_fault final : public fault {
public:
    held_condition holds() const override { return held_condition::none; }
    strike_point point() const override { return strike_point::connect; }
    std::vector<std::string> needed_routes() const override { return {}; }
    bool needs_http2() const override { return true; }
    boost::asio::awaitable<injection> inject(fault_context& /*context*/) const override {
        throw std::logic_error("a plan injects nothing");
    }
};

class Http2Plan : public testing::Test {
protected:
    Http2Plan() {
        server_.name = "t";
        server_.ports["http"] = {};
        server_.routes["small"] = {};
        server_.stop["graceful"] = {};
        what_.name = "s";
    }

    // Why the scenario is skipped; empty: it is not.
    std::string reason() const {
        suite whole;
        whole.name = "suite";
        whole.scenarios.push_back(what_);
        const suite_on_targets pair{std::make_shared<const suite>(whole),
                                    {std::make_shared<const target>(server_)}};
        return make_plan({pair}, plan_request()).scenarios.at(0).skipped_because;
    }

    target server_;
    scenario what_;
};

TEST_F(Http2Plan, SkipsLoadsWhereItIsNotSpoken) {
    what_.load.emplace().protocol = load_protocol::h2c;
    EXPECT_EQ(reason(), R"(the load needs HTTP/2, which the port "http" does not speak)");
    server_.ports["http"].http2 = true;
    EXPECT_EQ(reason(), "");
}

TEST_F(Http2Plan, TellsH2FromH2c) {
    server_.ports["http"].http2 = true;
    what_.load.emplace().protocol = load_protocol::h2;
    EXPECT_EQ(reason(),
              "the load speaks h2, which is HTTP/2 over TLS, and the port \"http\" does "
              "not speak TLS");
    server_.ports["http"].speaks = port_protocol::https;
    EXPECT_EQ(reason(), "");
    what_.load->protocol = load_protocol::h2c;
    EXPECT_EQ(reason(),
              "the load speaks h2c, which is HTTP/2 without TLS, and the port \"http\" "
              "speaks TLS");
}

TEST_F(Http2Plan, TakesWebSocketsForHttp1) {
    what_.load.emplace().protocol = load_protocol::websocket;
    EXPECT_EQ(reason(), "");
    server_.ports["http"].speaks = port_protocol::https;
    EXPECT_EQ(reason(), "");
    what_.load->routes = {"websocket"};
    EXPECT_EQ(reason(), R"(the load needs the route "websocket", which the target does not have)");
}

TEST_F(Http2Plan, SkipsFaultsWhereItIsNotSpoken) {
    fault_use use;
    use.name = use.kind = "late";
    use.port = "http";
    use.what = std::make_shared<http2_fault>();
    what_.faults.push_back(use);
    EXPECT_EQ(reason(), R"(the fault "late" needs HTTP/2, which the port "http" does not speak)");
    server_.ports["http"].http2 = true;
    EXPECT_EQ(reason(), "");
}

}  // namespace
}  // namespace stormdrain
