// What only TCP has is skipped on UNIX sockets, with the reason.

#include "harness/plan/plan.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace stormdrain {
namespace {

class connection_of_tcp final : public fault {
public:
    held_condition holds() const override { return held_condition::none; }
    strike_point point() const override { return strike_point::connect; }
    std::vector<std::string> needed_routes() const override { return {}; }
    bool needs_tcp() const override { return true; }
    boost::asio::awaitable<injection> inject(fault_context& /*context*/) const override {
        throw std::logic_error("a plan injects nothing");
    }
};

class UnixPortPlan : public testing::Test {
protected:
    UnixPortPlan() {
        server_.name = "t";
        server_.ports["http"].unix_path = "server.sock";
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

TEST_F(UnixPortPlan, RunsLoads) {
    what_.load.emplace();
    EXPECT_EQ(reason(), "");
}

TEST_F(UnixPortPlan, SkipsFaultsThatNeedTcp) {
    fault_use use;
    use.name = use.kind = "reset";
    use.port = "http";
    use.what = std::make_shared<connection_of_tcp>();
    what_.faults.push_back(use);
    EXPECT_EQ(reason(), R"(the fault "reset" needs TCP, and the port "http" is a UNIX socket)");
    server_.ports["http"].unix_path.clear();
    EXPECT_EQ(reason(), "");
}

TEST_F(UnixPortPlan, PutsNoLinkBeforeIt) {
    link_use link;
    link.name = "slow";
    what_.links.push_back(link);
    EXPECT_EQ(reason(),
              R"(the link "slow" needs TCP, and every port of the target is a UNIX socket)");
    server_.ports["admin"] = {};
    EXPECT_EQ(reason(), "");
    what_.links.front().only = "http";
    EXPECT_EQ(reason(), R"(the link "slow" needs TCP, and the port "http" is a UNIX socket)");
}

}  // namespace
}  // namespace stormdrain
