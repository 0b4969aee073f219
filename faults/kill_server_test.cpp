#include "faults/process_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

class KillServer : public process_fault_fixture {};

TEST_F(KillServer, KillsAServerAndKnowsIt) {
    const auto kill = make_fault("kill_server");
    EXPECT_TRUE(kill->ends_the_server());
    EXPECT_TRUE(kill->disturbs_requests());
    with_server(reference_server(), [&](server_process& server) -> asio::awaitable<void> {
        const injection happened = co_await inject(*kill, server);
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, HasSubstr("killed by SIGKILL"));
        EXPECT_EQ(in_place_count_, 1);
        EXPECT_TRUE(server.exit().has_value());
        // Whoever asked it for something meanwhile was cut off by the fault.
        EXPECT_LE(happened.struck, clock_.at(server.exit()->at));
    });
}

TEST_F(KillServer, KillsTheTreeOrTheMasterAlone) {
    for (const std::string whom : {"tree", "process"}) {
        SCOPED_TRACE(whom);
        const auto kill = make_fault("kill_server", R"({"whom": ")" + whom + "\"}");
        with_server(shell("sleep 300 & wait"),
                    [&](server_process& server) -> asio::awaitable<void> {
                        EXPECT_TRUE(tree_gets(server, "sleep", 1));
                        EXPECT_THAT(co_await inject(*kill, server), WasDelivered());
                        EXPECT_TRUE(tree_gets(server, "sleep", whom == "tree" ? 0 : 1));
                    });
    }
}

TEST_F(KillServer, IsNotDeliveredToOneThatEndedByItself) {
    const auto kill = make_fault("kill_server");
    with_server(shell("exit 3"), [&](server_process& server) -> asio::awaitable<void> {
        EXPECT_TRUE(co_await server.exited(test_deadline()));
        EXPECT_THAT(co_await inject(*kill, server), Not(WasDelivered()));
    });
}

}  // namespace
}  // namespace stormdrain
