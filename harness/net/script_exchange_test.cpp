// One run of a script on a raw connection; HTTP is in http_exchange_test.cpp.

#include "harness/net/http_exchange.hpp"
#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/script_steps.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;
using kind = script_step::kind;

script_step expect_close() {
    script_step step;
    step.does = kind::expect;
    step.expected.how = expectation::kind::close;
    return step;
}

script_step pause_of(duration length) {
    script_step step;
    step.does = kind::wait;
    step.length = length;
    return step;
}

script_step barrier(std::string name) {
    script_step step;
    step.does = kind::barrier;
    step.text = std::move(name);
    return step;
}

// The server's part: waits for a text, then says another.
struct cue {
    std::string heard;
    std::string said;
};

class ScriptExchange : public connection_fixture {
protected:
    using play = std::vector<cue>;

    // Runs of the script one after the other on one connection to a server that plays its part and
    // then closes, unless it is to stay.
    std::vector<exchange_report> runs(script what, play part, std::size_t count = 1) {
        route asked;
        asked.talk = std::move(what);
        const rendered_request request = render(asked, "", connection_use::keep_alive);
        scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            for (const cue& one : part) {
                if (!one.heard.empty()) {
                    co_await read_until(socket, one.heard);
                }
                co_await send_text(socket, one.said);
            }
            if (stays_open_) {
                co_await until_released();
            }
        });
        std::vector<exchange_report> seen;
        run([&]() -> asio::awaitable<void> {
            const std::unique_ptr<transport> connection = co_await connect(peer);
            for (std::size_t number = 0; number < count; ++number) {
                const auto exchange = std::make_unique<http_exchange>(*connection, request);
                exchange->at_barrier = at_barrier_;
                co_await exchange->run(clock::now() + within_);
                seen.push_back(exchange->report());
            }
            released_.open();
            connection->close();
            co_await peer.stop();
        });
        return seen;
    }

    bool stays_open_ = true;
    duration within_ = 10s;
    std::function<asio::awaitable<bool>(std::string)> at_barrier_;
};

TEST_F(ScriptExchange, IsWholeWhenItsLastExpectationIsMet) {
    const auto seen = runs({{}, {send("PING"), expect("+PONG")}}, {{"PING", "+PONG"}});
    EXPECT_EQ(seen.front().end, exchange_end::whole);
    EXPECT_TRUE(seen.front().persists);
    EXPECT_EQ(seen.front().response_bytes, 5U);
    EXPECT_LE(*seen.front().all_sent, *seen.front().first_byte_received);
}

TEST_F(ScriptExchange, RunsAgainOnItsConnectionWithoutTheOpening) {
    const auto seen =
        runs({{expect("220"), send("HELO"), expect("250")}, {send("NOOP"), expect("ok")}},
             {{"", "220"}, {"HELO", "250"}, {"NOOP", "ok"}, {"NOOP", "ok"}}, 2);
    ASSERT_THAT(seen, SizeIs(2));
    EXPECT_EQ(seen[0].end, exchange_end::whole);
    EXPECT_EQ(seen[0].turns_done, 2U);
    EXPECT_EQ(seen[1].end, exchange_end::whole);
    EXPECT_EQ(seen[1].turns_done, 0U);
}

TEST_F(ScriptExchange, TellsAnotherAnswerThanTheExpectedOne) {
    const auto seen = runs({{}, {send("PING"), expect("+PONG")}}, {{"PING", "-LOADING"}});
    EXPECT_EQ(seen.front().end, exchange_end::malformed);
    EXPECT_THAT(seen.front().error, HasSubstr("expected \"+PONG\", got \"-LOADING\""));
}

TEST_F(ScriptExchange, RejectsBytesBehindItsLastExpectation) {
    const auto seen = runs({{}, {send("PING"), expect("+PONG")}}, {{"PING", "+PONG!"}});
    EXPECT_EQ(seen.front().end, exchange_end::malformed);
}

TEST_F(ScriptExchange, KeepsWhatCameEarlyForTheNextTurn) {
    const auto seen =
        runs({{}, {send("a"), expect("1"), send("b"), expect("2")}}, {{"a", "12"}, {"b", ""}});
    EXPECT_EQ(seen.front().end, exchange_end::whole);
    EXPECT_EQ(seen.front().turns_done, 1U);
}

TEST_F(ScriptExchange, TellsTheTurnInWhichItsConnectionEnded) {
    stays_open_ = false;
    const auto seen =
        runs({{}, {send("a"), expect("1"), send("b"), expect("2")}}, {{"a", "1"}, {"b", ""}});
    EXPECT_EQ(seen.front().end, exchange_end::end_of_stream);
    EXPECT_EQ(seen.front().turns_done, 1U);
    EXPECT_EQ(seen.front().response_bytes, 0U);
    EXPECT_EQ(seen.front().first_byte_received, std::nullopt);
}

TEST_F(ScriptExchange, TellsAnAnswerThatIsCut) {
    stays_open_ = false;
    const auto seen = runs({{}, {send("a"), expect("12")}}, {{"a", "1"}});
    EXPECT_EQ(seen.front().end, exchange_end::end_of_stream);
    EXPECT_EQ(seen.front().response_bytes, 1U);
}

TEST_F(ScriptExchange, TellsSilence) {
    within_ = 50ms;
    const auto seen = runs({{}, {send("a"), expect("1")}}, {{"a", ""}});
    EXPECT_EQ(seen.front().end, exchange_end::timed_out);
}

TEST_F(ScriptExchange, ExpectsTheServersClose) {
    stays_open_ = false;
    const auto seen = runs({{}, {send("QUIT"), expect("bye"), expect_close()}}, {{"QUIT", "bye"}});
    EXPECT_EQ(seen.front().end, exchange_end::whole);
    EXPECT_FALSE(seen.front().persists);
}

TEST_F(ScriptExchange, MissesACloseThatDoesNotCome) {
    within_ = 50ms;
    const auto seen = runs({{}, {send("QUIT"), expect("bye"), expect_close()}}, {{"QUIT", "bye"}});
    EXPECT_EQ(seen.front().end, exchange_end::timed_out);
}

TEST_F(ScriptExchange, DoesNotPersistBehindItsOwnClose) {
    script_step closes;
    closes.does = kind::close;
    const auto seen = runs({{}, {send("a"), expect("1"), closes}}, {{"a", "1"}});
    EXPECT_EQ(seen.front().end, exchange_end::whole);
    EXPECT_FALSE(seen.front().persists);
}

TEST_F(ScriptExchange, DoesNotHoldItsOwnPausesAgainstTheServer) {
    within_ = 100ms;
    const auto seen = runs({{}, {send("a"), expect("1"), pause_of(150ms), send("b"), expect("2")}},
                           {{"a", "1"}, {"b", "2"}});
    EXPECT_EQ(seen.front().end, exchange_end::whole);
    EXPECT_GE(seen.front().idle_before, 150ms);
}

TEST_F(ScriptExchange, PassesABarrierWhereNobodyElseIs) {
    const auto seen = runs({{}, {barrier("all"), send("a"), expect("1")}}, {{"a", "1"}});
    EXPECT_EQ(seen.front().end, exchange_end::whole);
}

TEST_F(ScriptExchange, BlamesNobodyWhereNotAllCameToABarrier) {
    at_barrier_ = [](std::string name) -> asio::awaitable<bool> {
        EXPECT_EQ(name, "all");
        co_return false;
    };
    const auto seen = runs({{}, {barrier("all"), send("a"), expect("1")}}, {});
    EXPECT_EQ(seen.front().end, exchange_end::held_back);
    EXPECT_EQ(seen.front().error, "not all clients came to the barrier \"all\"");
}

// Goal: faults that send the request's text by themselves, slowly or in part, only receive.
TEST_F(ScriptExchange, LeavesTheFirstTextToWhoeverSendsIt) {
    route asked;
    asked.talk = script{{expect("220"), send("HELO"), expect("250")}, {send("NOOP"), expect("ok")}};
    const rendered_request request = render(asked, "", connection_use::keep_alive);
    EXPECT_EQ(request.text, "HELO");
    EXPECT_FALSE(request.has_body());
    scripted_peer peer(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
        co_await send_text(socket, "220");
        EXPECT_EQ(co_await read_until(socket, "HELO"), "HELO");
        co_await send_text(socket, "250");
        EXPECT_EQ(co_await read_until(socket, "NOOP"), "NOOP");
        co_await send_text(socket, "ok");
        co_await until_released();
    });
    run([&]() -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect(peer);
        co_await connection->write(request.text, soon());
        const auto exchange = std::make_unique<http_exchange>(*connection, request);
        co_await exchange->receive(soon());
        EXPECT_EQ(exchange->report().end, exchange_end::whole);
        released_.open();
        connection->close();
        co_await peer.stop();
    });
}

TEST_F(ScriptExchange, HasABodyWhereItSendsSeveralPiecesAtFirst) {
    route asked;
    asked.talk = script{{}, {send("SET "), send("value"), expect("ok")}};
    const rendered_request request = render(asked, "", connection_use::keep_alive);
    EXPECT_EQ(request.text, "SET value");
    EXPECT_EQ(request.head_bytes, 4U);
    EXPECT_TRUE(request.has_body());
}

}  // namespace
}  // namespace stormdrain
