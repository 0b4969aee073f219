#include "faults/process_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

class PauseServer : public process_fault_fixture {
protected:
    // Every state in which the server was found while the fault was under way.
    asio::awaitable<std::string> states_while_injecting(const fault& what, server_process& server,
                                                        injection& happened) {
        std::string states;
        task_group tasks(executor());
        const auto inject_it = [&]() -> asio::awaitable<void> {
            happened = co_await inject(what, server);
        };
        tasks.spawn(inject_it());
        while (tasks.running() > 0) {
            const char state = state_of(server.pid());
            const char seen = state == 'T' ? 'T' : 'r';
            if (states.empty() || states.back() != seen) {
                states += seen;
            }
            co_await asio::post(executor(), asio::use_awaitable);
        }
        co_await tasks.join();
        co_return states;
    }
};

TEST_F(PauseServer, StopsTheServerOnceAndLetsItGoOn) {
    const auto pause = make_fault("pause_server", R"({"for": "100ms"})");
    EXPECT_EQ(pause->point(), strike_point::serving);
    EXPECT_FALSE(pause->disturbs_requests());
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        injection happened;
        const std::string states = co_await states_while_injecting(*pause, server, happened);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, HasSubstr("stopped (state T)"));
        EXPECT_GE(happened.ended - happened.struck, 100ms);
        EXPECT_THAT(states, HasSubstr("T"));
        EXPECT_NE(state_of(server.pid()), 'T');
        EXPECT_TRUE(co_await serves());
    });
}

TEST_F(PauseServer, StopsItAgainAndAgain) {
    const auto pause =
        make_fault("pause_server", R"({"for": "20ms", "every": "40ms", "during": "300ms"})");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        injection happened;
        const std::string states = co_await states_while_injecting(*pause, server, happened);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_GE(std::ranges::count(states, 'T'), 3) << states;
        EXPECT_TRUE(co_await serves());
    });
}

TEST_F(PauseServer, StopsAllOfATreeOrTheMasterAlone) {
    for (const std::string whom : {"tree", "process"}) {
        SCOPED_TRACE(whom);
        in_place_count_ = 0;
        const auto pause =
            make_fault("pause_server", R"({"for": "50ms", "whom": ")" + whom + "\"}");
        with_server(shell("sleep 300 & wait"),
                    [&](server_process& server) -> asio::awaitable<void> {
                        EXPECT_TRUE(tree_gets(server, "sleep", 1));
                        std::string states;
                        on_in_place_ = [&] {
                            for (const pid_t pid : server.tree()) {
                                states += state_of(pid) == 'T' ? 'T' : 'r';
                            }
                        };
                        EXPECT_THAT(co_await inject(*pause, server), WasDelivered());
                        EXPECT_EQ(states, whom == "tree" ? "TT" : "Tr");
                    });
    }
}

TEST_F(PauseServer, NeverLeavesTheServerStopped) {
    const auto pause = make_fault("pause_server", R"({"for": "1h"})");
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        co_await cancel_amid(*pause, server);
        EXPECT_TRUE(co_await serves());
        on_in_place_ = [this] { released_.open(); };
        EXPECT_THAT(co_await inject(*pause, server), WasDelivered());
        EXPECT_TRUE(co_await serves());
    });
}

TEST_F(PauseServer, NeedsTimeToGoOnIn) {
    std::vector<problem> problems;
    make_fault(*find_fault("pause_server"), R"({"for": "20ms", "every": "20ms"})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("could never go on"));
}

}  // namespace
}  // namespace stormdrain
