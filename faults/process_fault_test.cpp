// What every fault on a running process must do, whatever it is.

#include "faults/process_fault.hpp"

#include "faults/process_fault_fixture.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

class EveryProcessFault : public process_fault_fixture,
                          public testing::WithParamInterface<const fault_kind*> {
protected:
    // A correct server at which every fault can strike, as far as the kernel allows.
    static launch_spec trapped_server() {
        launch_spec spec = reference_server();
        spec.accept_trap = true;
        return spec;
    }
};

TEST_P(EveryProcessFault, IsFoundByItsNameAndDescribed) {
    EXPECT_EQ(find_fault(GetParam()->name), GetParam());
    EXPECT_EQ(GetParam()->summary.back(), '.');
    const std::unique_ptr<const fault> made = make_fault(GetParam()->name);
    EXPECT_EQ(made->holds(), held_condition::none);
    for (const std::string& name : made->needed_routes()) {
        EXPECT_TRUE(routes_.contains(name)) << name;
    }
}

TEST_P(EveryProcessFault, RejectsUnknownSettings) {
    std::vector<problem> problems;
    make_fault(*GetParam(), R"({"cuont": 1})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("cuont"));
}

TEST_P(EveryProcessFault, IsNotDeliveredWithoutAProcess) {
    const std::unique_ptr<const fault> made = make_fault(GetParam()->name);
    port_address port;
    port.where = where_;
    connector connections(executor(), port, log_);
    injection happened;
    run([&]() -> asio::awaitable<void> {
        fault_context context(connections, routes_, clock_, released_, random_source(1),
                              clock::now() + 5s);
        happened = co_await made->inject(context);
    });
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(happened.proof, "there is no process to strike at");
    EXPECT_EQ(log_.size(), 0U);
}

TEST_P(EveryProcessFault, IsNotDeliveredToAServerThatHasEnded) {
    const std::unique_ptr<const fault> made = make_fault(GetParam()->name);
    stop_.number = SIGTERM;
    injection happened;
    with_server(shell("exit 0"), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(co_await server.exited(test_deadline()));
        happened = co_await inject(*made, server, 2s);
    });
    // Its log may be held back: nobody is left who could mind.
    EXPECT_TRUE(!happened.delivered || GetParam()->name.ends_with("_log_sink")) << happened.proof;
    EXPECT_FALSE(happened.proof.empty());
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_P(EveryProcessFault, IsDeliveredToACorrectServerAndLeavesNoDescriptor) {
    const std::unique_ptr<const fault> made = make_fault(GetParam()->name);
    stop_.number = SIGTERM;
    on_in_place_ = [this] {
        stop_begins_.open();
        released_.open();
    };
    injection happened;
    with_server(trapped_server(), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(co_await serves());
        const std::map<int, std::string> before = open_descriptors();
        happened = co_await inject(*made, server);
        EXPECT_THAT(before, IsSupersetOf(open_descriptors()));
    });
    if (happened.unavailable) {
        GTEST_SKIP() << happened.proof;
    }
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.proof.empty());
    EXPECT_LE(happened.struck, happened.ended);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_P(EveryProcessFault, CanBeCancelledAndLeavesNoDescriptor) {
    const std::unique_ptr<const fault> made = make_fault(GetParam()->name);
    stop_.number = SIGTERM;
    with_server(trapped_server(), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(co_await serves());
        const std::map<int, std::string> before = open_descriptors();
        task_group tasks(executor());
        const auto once = [&]() -> asio::awaitable<void> { co_await inject(*made, server); };
        tasks.spawn(once());
        asio::steady_timer amid(executor(), 30ms);
        co_await amid.async_wait(asio::use_awaitable);
        const time_point cancelled = clock::now();
        tasks.cancel();
        co_await tasks.join();
        EXPECT_LT(clock::now() - cancelled, 5s);
        EXPECT_THAT(before, IsSupersetOf(open_descriptors()));
    });
    EXPECT_EQ(log_.open_count(), 0U);
}

// Those of the start come before there is a process.
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryProcessFault,
                         testing::ValuesIn(faults_on([](strike_point point) {
                             return strikes_process(point) && point != strike_point::start;
                         })),
                         [](const auto& tested) { return std::string(tested.param->name); });

using StruckProcesses = process_fault_fixture;

TEST_F(StruckProcesses, AreTheWholeTreeOrTheStartedOne) {
    const std::string script = "sleep 300 & sleep 300 & wait";
    with_server(shell(script), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(tree_gets(server, "sleep", 2));
        const struck_processes tree(server, whom::tree);
        EXPECT_EQ(tree.all().size(), 3U);
        EXPECT_THAT(tree.names(), testing::StartsWith("processes " + std::to_string(server.pid())));
        const struck_processes started(server, whom::process);
        EXPECT_EQ(started.all().size(), 1U);
        EXPECT_EQ(started.names(), "process " + std::to_string(server.pid()));
        EXPECT_FALSE(tree.send(SIGKILL));
        EXPECT_TRUE(co_await server.exited(test_deadline()));
        EXPECT_EQ(struck_processes(server, whom::process).send(SIGCONT),
                  boost::system::errc::no_such_process);
    });
}

TEST_F(StruckProcesses, MayEndBeforeTheSignal) {
    const std::string script = "sleep 300 & wait; sleep 300 & sleep 300 & wait";
    with_server(shell(script), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(tree_gets(server, "sleep", 1));
        const struck_processes tree(server, whom::tree);
        EXPECT_EQ(::kill(tree.all().back().pid, SIGKILL), 0);
        // The shell has waited for the first when it has begun the others.
        EXPECT_TRUE(tree_gets(server, "sleep", 2));
        EXPECT_FALSE(tree.send(SIGKILL));
        EXPECT_TRUE(co_await server.exited(test_deadline()));
    });
}

}  // namespace
}  // namespace stormdrain
