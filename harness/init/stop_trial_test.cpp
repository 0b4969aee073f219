#include "harness/init/stop_trial.hpp"

#include "harness/init/init_fixture.hpp"

#include <csignal>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class StopTrial : public init_fixture {
protected:
    // A script that runs the reference server below it.
    target server_of(std::vector<std::string> argv) {
        found_server found;
        found.name = "tried";
        found.launch = with_variables({std::move(argv), {}}, "http");
        found.ports = {{"http", 0, spoken_protocol::http, "x"}};
        found.main_port = "http";
        found.route = found_route{};
        found.confirm = "x";
        return target_of(found, request_for({}));
    }
    stop_trial trial(const target& server, int signal, duration limit = patience) {
        stop_trial seen;
        run([&]() -> boost::asio::awaitable<void> {
            seen = co_await try_stop(environment_, server, folder_.file("trial"), signal, limit);
        });
        return seen;
    }
    // Runs the reference server in the foreground of a shell that does as told on signals.
    static std::vector<std::string> trapping(const std::string& trap) {
        const std::string program = SERVER_REFERENCE;
        return shell("trap " + trap + "; " + program +
                     " --http 127.0.0.1:{port} & while :; do wait; done");
    }
};

TEST_F(StopTrial, MeasuresAStop) {
    const stop_trial seen = trial(server_of(reference()), SIGTERM);
    ASSERT_TRUE(seen.ended()) << seen.failure;
    EXPECT_TRUE(seen.exit->exited());
    EXPECT_EQ(seen.exit->code(), 0);
    EXPECT_THAT(to_text(seen), StartsWith("SIGTERM: exit 0 after "));
}

TEST_F(StopTrial, SeesThatASignalIsIgnored) {
    const stop_trial seen = trial(server_of(trapping("'' TERM")), SIGTERM, 300ms);
    EXPECT_EQ(seen.failure, "");
    EXPECT_FALSE(seen.ended());
    EXPECT_EQ(to_text(seen), "SIGTERM: it goes on; killed");
}

TEST_F(StopTrial, SeesADeathBySignal) {
    const stop_trial seen = trial(server_of(reference()), SIGKILL);
    ASSERT_TRUE(seen.ended()) << seen.failure;
    EXPECT_EQ(seen.exit->signal(), SIGKILL);
}

TEST_F(StopTrial, CountsWhoOutlivesTheServer) {
    const stop_trial seen = trial(server_of(trapping("'exit 0' TERM")), SIGTERM);
    ASSERT_TRUE(seen.ended()) << seen.failure;
    EXPECT_EQ(seen.survivors_count, 1U);
    EXPECT_THAT(to_text(seen), HasSubstr("1 process of it goes on"));
}

TEST_F(StopTrial, SaysWhyAServerDidNotServe) {
    const stop_trial seen = trial(server_of(shell("echo nothing to do")), SIGTERM);
    EXPECT_FALSE(seen.ended());
    EXPECT_THAT(to_text(seen), HasSubstr("nothing to do"));
}

TEST(FirstThatEnds, PrefersTheFirst) {
    std::vector<stop_trial> trials(3);
    EXPECT_EQ(first_that_ends(trials), nullptr);
    trials[1].exit = exit_status{SIGINT};
    trials[2].exit = exit_status{0};
    EXPECT_EQ(first_that_ends(trials), &trials[1]);
}

}  // namespace
}  // namespace stormdrain
