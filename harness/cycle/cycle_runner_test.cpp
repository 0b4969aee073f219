#include "harness/cycle/cycle_runner.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/cycle/running_fixture.hpp"

#include <signal.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class CycleRunner : public running_fixture {
protected:
    static std::string timeline(const cycle_record& record) {
        std::string text;
        for (const timeline_event& event : record.timeline) {
            text += to_text(event.at) + " " + event.what + "\n";
        }
        return text;
    }
};

struct moment_and_route {
    stop_moment at;
    std::string route;
};

class WholeCycle : public CycleRunner, public testing::WithParamInterface<moment_and_route> {};

TEST_P(WholeCycle, IsOnRecordFromTheLaunchToTheFreePorts) {
    const stop_moment at = GetParam().at;
    const auto scenario = planned(reference_server(), load_until(at, GetParam().route));
    const cycle_record record = cycle_of(scenario);
    SCOPED_TRACE(timeline(record));
    EXPECT_THAT(record.health.failure, IsEmpty());
    EXPECT_EQ(record.reached, cycle_phase::done);
    EXPECT_THAT(record.start.failure, IsEmpty());
    EXPECT_GT(record.server_pid, 0);

    ASSERT_THAT(record.listeners, SizeIs(at == stop_moment::last_close ? 0U : 2U));
    for (const listener_record& listener : record.listeners) {
        EXPECT_EQ(listener.sockets_count, 1U) << listener.name;
        EXPECT_EQ(listener.dropped_count, 0U) << listener.name;
        EXPECT_GT(listener.backlog, 0U) << listener.name;
    }

    const stop_record& stop = record.stop;
    EXPECT_TRUE(stop.moment_reached);
    EXPECT_EQ(stop.moment, to_text(at));
    ASSERT_TRUE(record.start.served && stop.triggered && stop.listener_gone && stop.finished);
    EXPECT_LT(*record.start.served, *stop.triggered);
    EXPECT_LT(*stop.triggered, *stop.finished);
    EXPECT_LE(*stop.listener_gone, stop.deadline);
    EXPECT_THAT(stop.escalations, IsEmpty());

    EXPECT_EQ(to_text(record.exit.value()), "exit 0");
    EXPECT_THAT(record.orphans, IsEmpty());
    EXPECT_THAT(record.ports, AllOf(SizeIs(2), Each(Field(&port_record::bindable, true))));
    EXPECT_TRUE(record.has_load);
    EXPECT_EQ(record.requests.started, record.requests.ordinary + record.requests.unusual_count);
    EXPECT_GT(record.total, 0ns);

    EXPECT_EQ(record.rest.baseline.has_value(), at == stop_moment::at_rest);
    EXPECT_EQ(record.rest.at_rest.has_value(), at == stop_moment::at_rest);
    if (at == stop_moment::at_rest) {
        EXPECT_TRUE(record.rest.settled);
        constexpr std::uint64_t of_the_warm_up = 4 * 3;
        EXPECT_EQ(record.requests.ordinary, clients * requests + of_the_warm_up);
        EXPECT_EQ(record.requests.unusual_count, 0U);
        EXPECT_EQ(record.rest.connections_count, clients);
        EXPECT_THAT(record.rest.behind, IsEmpty());
    }
}

INSTANTIATE_TEST_SUITE_P(, WholeCycle,
                         testing::Values(moment_and_route{stop_moment::at_rest, "small"},
                                         moment_and_route{stop_moment::after_load, "small"},
                                         moment_and_route{stop_moment::during_load, "small"},
                                         moment_and_route{stop_moment::awaiting_first_byte,
                                                          "delayed"},
                                         moment_and_route{stop_moment::mid_response, "large"},
                                         moment_and_route{stop_moment::last_close, "small"},
                                         moment_and_route{stop_moment::accept_burst, "small"}),
                         [](const auto& moment) { return std::string(to_text(moment.param.at)); });

TEST_F(CycleRunner, RestartsAServerInsideItsProcess) {
    target server = reference_server();
    server.argv.push_back("--in-process-restarts");
    server.lifecycle = target_lifecycle::in_process;
    server.stop["graceful"].trigger.signal = SIGHUP;
    server.quit_signal = SIGTERM;
    const auto scenario = planned(std::move(server), load_until(stop_moment::at_rest));
    const std::vector<cycle_record> records = cycles(scenario, 2);
    for (const cycle_record& record : records) {
        SCOPED_TRACE(timeline(record));
        EXPECT_THAT(record.health.failure, IsEmpty());
        EXPECT_TRUE(record.in_process);
        EXPECT_EQ(record.server_pid, records[0].server_pid);
        EXPECT_EQ(record.id.process_number, 1U);
        EXPECT_TRUE(record.stop.triggered && record.stop.finished);
        EXPECT_THAT(record.stop.escalations, IsEmpty());
        EXPECT_TRUE(record.rest.baseline && record.rest.at_rest);
        EXPECT_TRUE(record.rest.settled);
        EXPECT_GE(record.rest.at_rest->taken_at, *record.stop.finished);
    }
    EXPECT_FALSE(records[0].exit) << "the process stays";
    EXPECT_EQ(to_text(records[1].exit.value()), "exit 0");
    EXPECT_THAT(records[1].ports, Each(Field(&port_record::bindable, true)));
}

TEST_F(CycleRunner, StartsAnewWhenAnInProcessServerDied) {
    target server = shell_server("exec sleep 300");
    server.lifecycle = target_lifecycle::in_process;
    const auto scenario = planned(std::move(server), {});
    const std::vector<cycle_record> records = cycles(scenario, 2);  // SIGTERM ends it for good
    for (const cycle_record& record : records) {
        EXPECT_THAT(record.health.failure, IsEmpty());
        EXPECT_EQ(to_text(record.exit.value()), "killed by SIGTERM");
    }
    EXPECT_NE(records[0].server_pid, records[1].server_pid);
    EXPECT_EQ(records[1].id.process_number, 2U);
}

TEST_F(CycleRunner, DoesNotStopAServerThatEndedUnderLoad) {
    target server = reference_server();
    server.routes["deadly"] = {.method = "POST", .path = "/shutdown"};
    scenario what = load_until(stop_moment::after_load, "deadly");
    what.load->think_time = 30ms;  // while clients think, the server ends
    const cycle_record record = cycle_of(planned(std::move(server), what));
    SCOPED_TRACE(timeline(record));
    EXPECT_THAT(record.health.failure, IsEmpty());
    EXPECT_FALSE(record.stop.triggered);
    EXPECT_FALSE(record.stop.finished);
    EXPECT_TRUE(record.exited);
    EXPECT_EQ(to_text(record.exit.value()), "exit 0");
    EXPECT_GT(record.requests.unusual_count, 0U);
    EXPECT_THAT(record.ports, Each(Field(&port_record::bindable, true)));
}

TEST_F(CycleRunner, ExaminesAServerThatDidNotStart) {
    const auto scenario = planned(shell_server("echo cannot bind; exit 1", port_source::free), {});
    const cycle_record record = cycle_of(scenario);
    EXPECT_THAT(record.health.failure, IsEmpty());
    EXPECT_EQ(record.start.failure, "ended before it listened: exit 1; last output: cannot bind");
    EXPECT_FALSE(record.stop.triggered);
    EXPECT_EQ(to_text(record.exit.value()), "exit 1");
}

// 60 000 bytes fit into the pipe, so that the server ends before anybody read them.
TEST_F(CycleRunner, KnowsTheLastWordsOfAServerThatSaysMuchAtItsEnd) {
    const auto scenario = planned(
        ready_shell_server("trap 'kill $!; head -c 60000 /dev/zero; echo; echo panic: at exit; "
                           "exit 0' TERM; sleep 300 & : > ready; wait"),
        {});
    const cycle_record record = cycle_of(scenario);
    EXPECT_THAT(record.output.tail, EndsWith("panic: at exit\n"));
    EXPECT_EQ(record.output.total_bytes, 60'000U + 16);
    EXPECT_THAT(record.output.alarms, ElementsAre("panic: at exit"));
}

TEST_F(CycleRunner, NamesAChildThatOutlivesItsServerAndKeepsWhatItHad) {
    const auto scenario = planned(
        ready_shell_server("trap 'echo panic: at exit; exit 0' TERM; sleep 300 & : > ready; wait"),
        {});
    const cycle_record record = cycle_of(scenario);
    EXPECT_THAT(record.orphans, ElementsAre(Field(&process_facts::command, "sleep")));
    EXPECT_EQ(to_text(record.exit.value()), "exit 0");
    EXPECT_THAT(record.stop.escalations, IsEmpty()) << "the server itself did obey";
    EXPECT_THAT(record.ports,
                ElementsAre(AllOf(Field(&port_record::bindable, false),
                                  Field(&port_record::holder, StartsWith("sleep (pid ")))));
    EXPECT_THAT(record.output.tail, EndsWith("panic: at exit\n"));
    EXPECT_THAT(record.output.alarms, ElementsAre("panic: at exit"));
}

// The harness must not keep a listener open that the server closed: clients would wait in its queue
// for an answer that nobody gives.
TEST_F(CycleRunner, RefusesClientsOnceTheServerClosedAnInheritedListener) {
    target server = reference_server();
    server.argv = {SERVER_REFERENCE, "--drain-deadline", "1s"};
    server.ports = {{"http", {port_protocol::http, port_source::inherit}}};
    const auto scenario = planned(std::move(server), load_until(stop_moment::during_load));
    const cycle_record record = cycle_of(scenario);
    SCOPED_TRACE(timeline(record));
    EXPECT_EQ(to_text(record.exit.value()), "exit 0");
    EXPECT_TRUE(record.stop.listener_gone);
    EXPECT_GT(record.requests.unusual_count, 0U);
    for (const request_row& row : record.requests.unusual) {
        EXPECT_NE(row.end, request_end::abandoned);
    }
}

fault_use held_by(const std::string& kind) {
    std::vector<problem> problems;
    object_reader root = json_document::parse("fault.json", "{}", problems).root(problems);
    fault_use use;
    use.name = use.kind = kind;
    use.port = "http";
    use.what = find_fault(kind)->read(root);
    use.connections_count = 1;
    return use;
}

// Goal: the stop races with another connection's close, and yet it is known what was held then.
TEST_F(CycleRunner, LooksAtWhatIsHeldBeforeTheLastClose) {
    scenario what = load_until(stop_moment::last_close);
    what.faults = {held_by("silent_connection")};
    const cycle_record record = cycle_of(planned(reference_server(), what));
    SCOPED_TRACE(timeline(record));
    EXPECT_FALSE(record.stop.held_at_trigger);
    ASSERT_TRUE(record.stop.held_before_trigger);
    EXPECT_LE(record.stop.held_before_trigger->at, record.stop.triggered.value());
    EXPECT_THAT(record.faults, ElementsAre(Field(&fault_record::holds, held_condition::silent)));
    const connection_id held = record.faults.at(0).injections.at(0).connection;
    EXPECT_THAT(record.stop.held_before_trigger->rows,
                Contains(Field(&held_at::client, Field(&connection_row::id, held))));
}

TEST_F(CycleRunner, HoldsAConnectionOfAServerThatHasJustBeenStarted) {
    scenario what;
    what.stop.at = stop_moment::during_start;
    what.stop.between_max = 2s;  // longer than it takes to listen, also on a busy machine
    what.faults = {held_by("silent_connection")};
    const cycle_record record = cycle_of(planned(reference_server(), what));
    SCOPED_TRACE(timeline(record));
    EXPECT_FALSE(record.start.served);
    EXPECT_EQ(record.faults.at(0).delivered_count, 1U) << record.faults.at(0).injections.size();
    EXPECT_THAT(record.stop.held, ElementsAre(held_condition::silent));
    ASSERT_TRUE(record.stop.held_at_trigger);
    EXPECT_THAT(record.stop.held_at_trigger->rows, SizeIs(1));
}

// Goal: a server that never listens is stopped at the end of its time, and nothing was held.
TEST_F(CycleRunner, StopsAServerThatIsNotReadyToHoldAnything) {
    scenario what;
    what.stop.at = stop_moment::during_start;
    what.stop.between_max = 50ms;
    what.faults = {held_by("silent_connection")};
    what.faults.front().port = "raw";
    const cycle_record record =
        cycle_of(planned(shell_server("exec sleep 300", port_source::free), what));
    SCOPED_TRACE(timeline(record));
    EXPECT_TRUE(record.stop.triggered);
    ASSERT_THAT(record.faults, SizeIs(1));
    EXPECT_EQ(record.faults.at(0).planned_count, 0U);
    EXPECT_THAT(record.stop.held, IsEmpty());
}

TEST_F(CycleRunner, TakesItsOwnFailureForNoFaultOfTheServer) {
    target server = shell_server("exec sleep 300");
    server.files = {{.name = "a", .contents = "", .size_bytes = 0},
                    {.name = "a/b", .contents = "", .size_bytes = 0}};
    const cycle_record record = cycle_of(planned(std::move(server), {}));
    EXPECT_THAT(record.health.failure, HasSubstr("/a"));
    EXPECT_THAT(record.start.failure, IsEmpty());
    EXPECT_FALSE(record.exit);
}

TEST_F(CycleRunner, BlamesItselfWhenItMayNotHaveADescriptorForEachClient) {
    scenario what = load_until(stop_moment::after_load);
    what.load->clients_count = 4'000'000'000;  // more than any kernel gives
    const cycle_record record = cycle_of(planned(reference_server(), what));
    EXPECT_THAT(record.health.failure,
                AllOf(StartsWith("4000000000 clients at once need as many descriptors"),
                      HasSubstr("raise its hard limit")));
    EXPECT_EQ(record.requests.started, 0U);
}

TEST_F(CycleRunner, BlamesItselfWhenItMayNotHaveADescriptorForEachConnectionOfAFault) {
    scenario what = load_until(stop_moment::after_load);
    what.faults = {held_by("slow_sender")};
    what.faults.front().connections_count = 5;
    what.load->clients_count = 4'000'000'000;  // more than any kernel gives
    const cycle_record record = cycle_of(planned(reference_server(), what));
    EXPECT_THAT(record.health.failure, StartsWith("4000000005 clients at once need as many"));
    EXPECT_EQ(record.requests.started, 0U);
}

TEST_F(CycleRunner, BlamesItselfWhenTheKeeperIsLost) {
    target server = reference_server();
    stop_trigger& trigger = server.stop["graceful"].trigger;
    trigger.how = stop_trigger::kind::command;
    trigger.argv = {"/bin/sh", "-c", "kill -KILL $(cut -d ' ' -f 4 /proc/${pid}/stat)"};
    const cycle_record record = cycle_of(planned(server, load_until(stop_moment::after_load)));
    EXPECT_THAT(record.health.failure, HasSubstr("keeper"));
}

TEST_F(CycleRunner, TellsThatAServerDoesNotBearTheExitFilter) {
    target server = reference_server();
    // As a server that needs the rights that a filter takes, or a listener of its own.
    const std::string unfiltered =
        "grep -q 'Seccomp:.0' /proc/self/status || "
        "{ echo no filter for me; exit 1; }; exec \"$@\"";
    server.argv.insert(server.argv.begin(), {"/bin/sh", "-c", unfiltered, "sh"});
    const cycle_record record = cycle_of(planned(server, {}));
    if (record.start.failure.empty()) {
        GTEST_SKIP() << "no exit filter here";
    }
    EXPECT_THAT(record.health.failure, HasSubstr("starts only without the filter"));
}

}  // namespace
}  // namespace stormdrain
