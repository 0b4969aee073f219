#include "harness/cycle/cycle.hpp"

#include "harness/cycle/cycle_fixture.hpp"

#include <functional>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class Cycle : public cycle_fixture {
protected:
    // Starts the server, lets the test carry phases out, examines and ends what is left.
    cycle_record carry_out(const planned_scenario& scenario,
                           const std::function<asio::awaitable<void>(cycle&)>& phases) {
        cycle_record record;
        run([&]() -> asio::awaitable<void> {
            const auto session = session_of(*scenario.server);
            {
                cycle current(executor(), *session, scenario, record);
                const phase_result started = co_await current.start();
                EXPECT_EQ(started, phase_result::done) << record.start.failure;
                co_await phases(current);
                co_await current.examine();
            }
            EXPECT_TRUE(co_await session->end(soon()));
        });
        return record;
    }
};

asio::awaitable<void> stop(cycle& current) {
    const phase_result stopped = co_await current.stop();
    EXPECT_EQ(stopped, phase_result::server_ended);
}

TEST_F(Cycle, StopsAServerThatObeys) {
    const auto scenario = planned(shell_server("exec sleep 300"), {});
    const cycle_record record = carry_out(scenario, stop);
    EXPECT_EQ(record.stop.trigger, "SIGTERM");
    EXPECT_THAT(record.stop.trigger_failure, IsEmpty());
    EXPECT_THAT(record.stop.escalations, IsEmpty());
    EXPECT_FALSE(record.stop.at_deadline);
    ASSERT_TRUE(record.stop.triggered && record.stop.finished && record.exited && record.exit);
    EXPECT_LT(*record.stop.triggered, *record.stop.finished);
    EXPECT_EQ(*record.stop.finished, *record.exited);
    EXPECT_EQ(to_text(*record.exit), "killed by SIGTERM");
    EXPECT_THAT(record.orphans, IsEmpty());
}

TEST_F(Cycle, KillsAServerThatIgnoresItsSignalAndRecordsWhatItHeld) {
    const auto scenario =
        planned(ready_shell_server("trap '' TERM; : > ready; exec sleep 300"), {});
    const cycle_record record = carry_out(scenario, stop);
    ASSERT_THAT(record.stop.escalations, SizeIs(1));
    EXPECT_EQ(record.stop.escalations.at(0).signal, "SIGKILL");
    EXPECT_GE(record.stop.escalations.at(0).at, record.stop.deadline);
    EXPECT_EQ(record.stop.deadline - *record.stop.triggered, slack_for(0s));
    EXPECT_FALSE(record.stop.finished);
    ASSERT_TRUE(record.stop.at_deadline);
    EXPECT_THAT(record.stop.at_deadline->processes,
                ElementsAre(Field(&process_facts::command, "sleep")));
    EXPECT_EQ(to_text(record.exit.value()), "killed by SIGKILL");
}

TEST_F(Cycle, DoesNotWaitForAStopThatCouldNotBeAskedFor) {
    target server = shell_server("exec sleep 300");
    stop_mode& graceful = server.stop["graceful"];
    graceful.promises.exit_within = 60s;
    graceful.trigger.how = stop_trigger::kind::command;
    graceful.trigger.argv = {"/bin/false"};
    const cycle_record record = carry_out(planned(std::move(server), {}), stop);
    EXPECT_EQ(record.stop.trigger_failure, "/bin/false: exit 1; ");
    EXPECT_FALSE(record.stop.finished);
    ASSERT_THAT(record.stop.escalations, SizeIs(1));
    EXPECT_LT(record.stop.escalations.at(0).at, record.stop.deadline);
    EXPECT_EQ(to_text(record.exit.value()), "killed by SIGKILL");
}

TEST_F(Cycle, TakesTheTighterOfContractAndScenario) {
    target server = shell_server("exec sleep 300");
    server.stop["graceful"].promises.exit_within = 60s;
    scenario what;
    what.exit_within = 1s;
    EXPECT_EQ(carry_out(planned(server, what), stop).stop.promised, 1s);
    what.exit_within = 90s;
    EXPECT_EQ(carry_out(planned(server, what), stop).stop.promised, 60s);
}

TEST_F(Cycle, BoundsItsTimeline) {
    const auto scenario = planned(shell_server("exec sleep 300"), {});
    const auto session = session_of(*scenario.server);
    cycle_record record;
    cycle_parts parts(executor(), *session, scenario, record);
    for (std::size_t i = 0; i < 2 * cycle_record::timeline_events_max; ++i) {
        parts.note("again");
    }
    EXPECT_THAT(record.timeline, SizeIs(cycle_record::timeline_events_max));
}

TEST_F(Cycle, AsksASecondTimeWhereThatIsRequired) {
    target server = ready_shell_server(
        "trap 'if test -e told; then kill $!; exit 0; fi; : > told' TERM;"
        "sleep 300 & : > ready; while :; do wait; done");
    server.stop["graceful"].promises.second_signal = second_signal_promise::required;
    const cycle_record record = carry_out(planned(std::move(server), {}), stop);
    EXPECT_EQ(record.stop.deadline - *record.stop.triggered, release_after + slack_for(0s));
    ASSERT_TRUE(record.stop.asked_again && record.stop.finished);
    EXPECT_GE(*record.stop.asked_again, *record.stop.triggered + release_after);
    EXPECT_GE(*record.stop.finished, *record.stop.asked_again);
    EXPECT_EQ(to_text(record.exit.value()), "exit 0");
}

}  // namespace
}  // namespace stormdrain
