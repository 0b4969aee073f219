#include "faults/process_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class SecondSignal : public process_fault_fixture {
protected:
    // Counts its signals in its output; ends with the second.
    static launch_spec counting() {
        return shell(
            "trap 'n=$((n+1)); echo $n; test $n = 2 && exit 7' TERM; echo ready; "
            "while :; do sleep 300 & wait; done");
    }
};

TEST_F(SecondSignal, SendsTheStopSignalAgain) {
    const auto second = make_fault("second_signal", R"({"after": "50ms"})");
    EXPECT_EQ(second->point(), strike_point::after_stop);
    stop_.number = SIGTERM;
    with_server(counting(), [&](server_process& server) -> asio::awaitable<void> {
        co_await until_output("ready");
        EXPECT_FALSE(server.send_signal(SIGTERM));
        const time_point stopped = clock::now();
        const injection happened = co_await inject(*second, server);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, HasSubstr("SIGTERM to a process in state "));
        EXPECT_GE(clock::now() - stopped, 50ms);
        const auto exit = co_await server.exited(test_deadline());
        EXPECT_TRUE(exit && to_text(exit->status) == "exit 7");
    });
}

TEST_F(SecondSignal, SendsTheOneThatIsNamed) {
    const auto second = make_fault("second_signal", R"({"signal": "SIGINT", "after": "0ms"})");
    with_server(shell("exec sleep 300"), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_THAT(co_await inject(*second, server), WasDelivered());
        const auto exit = co_await server.exited(test_deadline());
        EXPECT_TRUE(exit && to_text(exit->status) == "killed by SIGINT");
    });
}

TEST_F(SecondSignal, IsNotDeliveredWhereTheStopIsNoSignal) {
    const auto second = make_fault("second_signal");
    with_server(shell("exec sleep 300"), [&](server_process& server) -> asio::awaitable<void> {
        const injection happened = co_await inject(*second, server);
        EXPECT_THAT(happened, Not(WasDelivered()));
        EXPECT_THAT(happened.proof, HasSubstr("not asked for by a signal"));
    });
}

TEST_F(SecondSignal, IsNotDeliveredToAServerThatWasQuicker) {
    const auto second = make_fault("second_signal", R"({"after": "200ms"})");
    stop_.number = SIGTERM;
    with_server(shell("exec sleep 300"), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_FALSE(server.send_signal(SIGTERM));
        const injection happened = co_await inject(*second, server);
        EXPECT_THAT(happened, Not(WasDelivered()));
        EXPECT_THAT(happened.proof, HasSubstr("ended already"));
    });
}

TEST_F(SecondSignal, SaysWhenItAsksForTheStopOnceMore) {
    EXPECT_EQ(make_fault("second_signal", R"({"after": "200ms"})")->stops_again_after(), 200ms);
    const auto other = make_fault("second_signal", R"({"signal": "SIGINT"})");
    EXPECT_EQ(other->stops_again_after(), std::nullopt) << "it may mean anything";
}

TEST_F(SecondSignal, KnowsItsSignals) {
    std::vector<problem> problems;
    make_fault(*find_fault("second_signal"), R"({"signal": "TERM"})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("expected a signal such as"));
}

}  // namespace
}  // namespace stormdrain
