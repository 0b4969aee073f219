// Loads of scripts on raw connections: how each request ended, and what clients do together.

#include "harness/load/load_generator.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/script_steps.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;
using kind = script_step::kind;

class ScriptLoad : public io_fixture {
protected:
    ScriptLoad() {
        profile_.clients_count = 1;
        asked_.talk = script{{}, {step_of(kind::send, "PING"), step_of(kind::expect, "PONG")}};
        asked_.expected_status = 0;
    }

    request_tally run_against(scripted_peer::script script) {
        scripted_peer peer(executor(), std::move(script));
        port_address port;
        port.where = peer.where();
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, clock_, {asked_}, profile_);
        run([&]() -> asio::awaitable<void> {
            co_await load.run(clock::now() + 20s);
            co_await peer.stop();
        });
        return load.tally();
    }

    // Answers so many requests on a connection, and then closes it.
    static scripted_peer::script pongs(int count, std::string answer = "PONG") {
        return [count, answer](tcp::socket socket) -> asio::awaitable<void> {
            for (int number = 0; number < count; ++number) {
                co_await read_until(socket, "PING");
                co_await send_text(socket, answer);
            }
        };
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    load_profile profile_;
    route asked_;
};

TEST_F(ScriptLoad, CountsEachRunAsARequestOnAConnectionThatIsKept) {
    profile_.requests_per_client = 5;
    const request_tally tally = run_against(pongs(5));
    EXPECT_EQ(tally.started, 5U);
    EXPECT_EQ(tally.ordinary, 5U);
    EXPECT_EQ(tally.reused_connection, 4U);
    EXPECT_EQ(tally.connections_opened, 1U);
    EXPECT_EQ(tally.response_bytes_max, 4U);
}

TEST_F(ScriptLoad, OpensAConnectionForEachWhereTheLoadWantsThat) {
    profile_.requests_per_client = 3;
    profile_.requests_per_connection = 1;
    const request_tally tally = run_against(pongs(1));
    EXPECT_EQ(tally.ordinary, 3U);
    EXPECT_EQ(tally.connections_opened, 3U);
}

TEST_F(ScriptLoad, WritesDownAnswersThatAreNotExpected) {
    profile_.requests_per_client = 1;
    const request_tally tally = run_against(pongs(1, "-ERR"));
    ASSERT_THAT(tally.unusual, SizeIs(1));
    EXPECT_EQ(tally.unusual.front().end, request_end::malformed);
    EXPECT_EQ(tally.unusual.front().phase, failure_phase::head);
    EXPECT_THAT(tally.unusual.front().error, HasSubstr("got \"-ERR\""));
}

TEST_F(ScriptLoad, WritesDownConnectionsThatEndInsteadOfAnAnswer) {
    profile_.requests_per_client = 2;
    const request_tally tally = run_against(pongs(1));
    ASSERT_THAT(tally.unusual, SizeIs(1));
    EXPECT_NE(tally.unusual.front().end, request_end::answered);
    EXPECT_EQ(tally.unusual.front().number_on_connection, 1U);
    EXPECT_EQ(tally.unusual.front().response_bytes, 0U);
}

// Goal: what is between two answers of one run may be closed as any idle connection may.
TEST_F(ScriptLoad, TakesALaterTurnForARequestOnAnIdleConnection) {
    profile_.requests_per_client = 1;
    script_step waits;
    waits.does = kind::wait;
    waits.length = 30ms;
    asked_.talk->steps.push_back(waits);
    asked_.talk->steps.push_back(step_of(kind::send, "PING"));
    asked_.talk->steps.push_back(step_of(kind::expect, "PONG"));
    const request_tally tally = run_against(pongs(1));
    ASSERT_THAT(tally.unusual, SizeIs(1));
    EXPECT_EQ(tally.unusual.front().number_on_connection, 1U);
    EXPECT_GE(tally.unusual.front().idle_before, 30ms);
}

TEST_F(ScriptLoad, GathersItsClientsAtABarrier) {
    profile_.clients_count = 4;
    profile_.requests_per_client = 3;
    asked_.talk->steps.insert(asked_.talk->steps.begin(), step_of(kind::barrier, "all"));
    const request_tally tally = run_against(pongs(3));
    EXPECT_EQ(tally.ordinary, 12U);
    EXPECT_EQ(tally.unusual_count, 0U);
}

TEST_F(ScriptLoad, LetsTheLastClientsPassABarrier) {
    profile_.clients_count = 2;
    profile_.requests_per_client = 2;
    asked_.talk->steps.insert(asked_.talk->steps.begin(), step_of(kind::barrier, "all"));
    int connections_count = 0;
    // One client fails and comes again on another connection.
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        const int number = connections_count++;
        const int asked_count = number == 0 ? 2 : 1;
        for (int asked = 0; asked < asked_count; ++asked) {
            co_await read_until(socket, "PING");
            co_await send_text(socket, number == 1 ? "-ERR" : "PONG");
        }
    });
    EXPECT_EQ(tally.started, 4U);
    EXPECT_EQ(tally.ordinary, 3U);
}

}  // namespace
}  // namespace stormdrain
