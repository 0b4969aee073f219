#include "harness/load/engine/load_engine.hpp"

#include "harness/load/engine/engine_fixture.hpp"
#include "harness/testing/http_script.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

asio::awaitable<void> serves(tcp::socket socket) {
    co_await serve_correctly(socket);
}

class RunLoad : public engine_fixture {};

TEST_F(RunLoad, AddsUpWhatItsThreadsDid) {
    plan_.threads_count = 3;
    plan_.clients_count = 10;
    plan_.requests_count = 1000;
    const engine_tally tally = run_against(serves);
    EXPECT_EQ(tally.requests.started, 1000U);
    EXPECT_EQ(tally.requests.ordinary, 1000U);
    EXPECT_EQ(tally.requests.latency.count(), 1000U);
    EXPECT_EQ(tally.requests.connections_opened, 10U);
}

TEST_F(RunLoad, EndsWhenItsWatcherWantsItTo) {
    plan_.requests_count.reset();
    plan_.clients_count = 2;
    plan_.threads_count = 2;
    std::uint64_t answered = 0;
    load_watch watch;
    watch.every = 5ms;
    watch.look = [&answered](const load_progress& now) {
        answered = now.answered;
        return now.answered >= 50 ? watch_answer::end : watch_answer::go_on;
    };
    const engine_tally tally = run_against(serves, watch);
    EXPECT_GE(answered, 50U);
    EXPECT_GE(tally.requests.ordinary, answered);
    EXPECT_EQ(tally.requests.ordinary, tally.requests.started);
}

}  // namespace
}  // namespace stormdrain
