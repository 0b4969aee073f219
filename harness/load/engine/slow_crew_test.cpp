#include "harness/load/engine/slow_crew.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/base/pause.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

TEST(ProcessesForSlowClients, AreAsManyAsTheirDescriptorsNeed) {
    EXPECT_EQ(processes_for(1, 1024), 1U);
    EXPECT_EQ(processes_for(10'000, 20'000), 1U);
    EXPECT_EQ(processes_for(20'000, 20'000), 2U);
    EXPECT_EQ(processes_for(30'000, 1'024), 32U);
    EXPECT_EQ(processes_for(100, 10), 2U) << "it will say that it has no descriptors";
}

class SlowCrew : public io_fixture {
protected:
    static asio::awaitable<void> holds(tcp::socket socket) {
        boost::system::error_code gone;
        try {
            co_await read_until(socket, "never said");
        } catch (const boost::system::system_error&) {
        }
    }

    slow_plan plan_for(const endpoint& where) const {
        slow_plan plan = slow_plan_of(slow_manner::headers, {}, "test");
        plan.remote = address_of(where).value();
        plan.clients_count = 31;
        plan.every = 100ms;
        return plan;
    }
};

TEST_F(SlowCrew, SharesTheClientsOut) {
    scripted_peer peer(executor(), holds);
    const slow_plan plan = plan_for(peer.where());
    slow_crew crew(plan, 3, clock::now() + 15s);
    run([&]() -> asio::awaitable<void> {
        while (crew.look().held < plan.clients_count) {
            co_await pause(1ms);
        }
    });
    const slow_counts seen = crew.finish();
    EXPECT_EQ(seen.held, 31U);
    EXPECT_EQ(seen.connected, 31U);
    run([&]() -> asio::awaitable<void> { co_await peer.stop(); });
    EXPECT_EQ(peer.accepted_count(), 31U);
}

TEST_F(SlowCrew, LetsGoWhenItEnds) {
    scripted_peer peer(executor(), holds);
    const slow_plan plan = plan_for(peer.where());
    {
        const slow_crew crew(plan, 2, clock::now() + 15s);
        run([&]() -> asio::awaitable<void> {
            while (crew.look().held == 0) {
                co_await pause(1ms);
            }
        });
    }
    // Its scripts end with their clients.
    run([&]() -> asio::awaitable<void> { co_await peer.stop(); });
}

}  // namespace
}  // namespace stormdrain
