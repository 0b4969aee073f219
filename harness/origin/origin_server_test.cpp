#include "harness/origin/origin_server.hpp"

#include "harness/base/task_group.hpp"
#include "harness/net/websocket/tunnel.hpp"
#include "harness/origin/origin_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

using OriginServer = origin_fixture;

TEST_F(OriginServer, AnswersRequestAfterRequestOnOneConnection) {
    with_origin(origin_protocol::http, [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin);
        const origin_answer_seen small = co_await get(*connection, "/");
        EXPECT_EQ(small.status, 200);
        const origin_answer_seen large = co_await get(*connection, "/bytes/3000000");
        EXPECT_EQ(large.end, exchange_end::whole);
        EXPECT_EQ(large.body_bytes, 3'000'000U);
        route echo;
        echo.method = "POST";
        echo.path = "/echo";
        echo.body_bytes = 100'000;
        const origin_answer_seen echoed = co_await ask_origin(*connection, echo, soon());
        EXPECT_EQ(echoed.body_bytes, 100'000U);
        connection->close();
        const origin_record seen = origin.record();
        EXPECT_EQ(seen.accepted_count, 1U);
        EXPECT_EQ(seen.requests_count, 3U);
        EXPECT_EQ(seen.reused_count, 2U);
    });
}

TEST_F(OriginServer, KnowsForWhichHostAConnectionWasMade) {
    with_origin(origin_protocol::https, [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin, "a.test");
        co_await get(*connection, "/", "a.test");
        co_await get(*connection, "/", "b.test:8443");
        const std::unique_ptr<transport> other = co_await connect_to(origin, "b.test");
        co_await get(*other, "/", "b.test");
        const std::unique_ptr<transport> nameless = co_await connect_to(origin, "127.0.0.1");
        co_await get(*nameless, "/", "b.test");
        const origin_record seen = origin.record();
        EXPECT_EQ(seen.requests_count, 4U);
        EXPECT_EQ(seen.judged_count, 3U);
        EXPECT_EQ(seen.misdirected_count, 1U);
        EXPECT_EQ(seen.connections.at(0).sni, "a.test");
        EXPECT_EQ(seen.connections.at(1).sni, "b.test");
        EXPECT_EQ(seen.connections.at(2).sni, "");
    });
}

TEST_F(OriginServer, CountsHandshakesThatFail) {
    with_origin(origin_protocol::https, [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> raw = co_await connect_to(origin);
        co_await raw->write("GET / HTTP/1.1\r\n\r\n", soon());
        co_await raw->wait_for_server_close(soon());
        EXPECT_EQ(origin.record().handshakes_failed_count, 1U);
        EXPECT_EQ(origin.record().requests_count, 0U);
    });
}

TEST_F(OriginServer, RefusesWhatIsNotHttp) {
    with_origin(origin_protocol::http, [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin);
        co_await connection->write("nonsense\r\n\r\n", soon());
        std::vector<char> read(64);
        const transfer answer = co_await connection->read_some(read, soon());
        EXPECT_THAT(std::string(read.data(), answer.bytes), HasSubstr("400"));
        EXPECT_EQ(co_await connection->wait_for_server_close(soon()), server_close::end_of_stream);
    });
}

class OriginServerOf : public origin_fixture, public testing::WithParamInterface<origin_protocol> {
protected:
    std::string name() const { return GetParam() == origin_protocol::https ? "a.test" : ""; }

    // The order, and the client's requests meanwhile; what the order proved.
    asio::awaitable<std::string> struck(origin_server& origin, origin_act act, duration length,
                                        std::function<asio::awaitable<void>()> meanwhile) {
        std::string proof;
        task_group tasks(executor());
        const auto strike = [&]() -> asio::awaitable<void> {
            misbehaviour what;
            what.fault = "test";
            what.act = act;
            what.length = length;
            proof = co_await origin.strike(std::move(what), released_, soon());
        };
        tasks.spawn(strike());
        co_await meanwhile();
        co_await tasks.join();
        co_return proof;
    }
};

TEST_P(OriginServerOf, ResetsInsteadOfAnswering) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        origin_answer_seen seen;
        const auto ask = [&]() -> asio::awaitable<void> { seen = co_await get(*connection, "/x"); };
        const std::string proof =
            co_await struck(origin, origin_act::reset_at_request, duration::zero(), ask);
        EXPECT_THAT(proof, HasSubstr("RST instead of an answer to GET /x (a.test)"));
        EXPECT_EQ(seen.end, exchange_end::reset);
        EXPECT_EQ(origin.record().strikes_count, 1U);
        EXPECT_EQ(origin.record().connections.at(0).end, origin_end::reset_by_origin);
    });
}

TEST_P(OriginServerOf, ResetsAmidItsAnswer) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        origin_answer_seen seen;
        const auto ask = [&]() -> asio::awaitable<void> {
            seen = co_await get(*connection, "/bytes/1000");
        };
        const std::string proof =
            co_await struck(origin, origin_act::reset_in_body, duration::zero(), ask);
        EXPECT_THAT(proof, HasSubstr("RST amid the answer"));
        EXPECT_NE(seen.end, exchange_end::whole);
        EXPECT_LT(seen.body_bytes, 1000U);
    });
}

TEST_P(OriginServerOf, StallsAndThenAnswers) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        for (const origin_act act : {origin_act::stall_at_request, origin_act::stall_in_body}) {
            origin_answer_seen seen;
            const time_point began = clock::now();
            const auto ask = [&]() -> asio::awaitable<void> {
                seen = co_await get(*connection, "/bytes/1000");
            };
            const std::string proof = co_await struck(origin, act, 50ms, ask);
            EXPECT_THAT(proof, HasSubstr("silence of"));
            EXPECT_EQ(seen.end, exchange_end::whole);
            EXPECT_EQ(seen.body_bytes, 1000U);
            EXPECT_GE(clock::now() - began, 50ms);
        }
        const origin_record record = origin.record();
        EXPECT_GE(record.strikes.at(0).ended - record.strikes.at(0).began, 50ms);
    });
}

TEST_P(OriginServerOf, StallsNoLongerThanItIsLetTo) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        origin_answer_seen seen;
        const auto ask = [&]() -> asio::awaitable<void> {
            task_group tasks(executor());
            const auto let_go = [&]() -> asio::awaitable<void> {
                while (origin.record().strikes_count == 0) {
                    co_await asio::post(executor(), asio::use_awaitable);
                }
                released_.open();
            };
            tasks.spawn(let_go());
            seen = co_await get(*connection, "/");
            co_await tasks.join();
        };
        const std::string proof = co_await struck(origin, origin_act::stall_at_request, 1h, ask);
        EXPECT_FALSE(proof.empty());
        EXPECT_EQ(seen.end, exchange_end::whole);
    });
}

TEST_P(OriginServerOf, ClosesBehindAnAnswerThatDidNotSaySo) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        server_close end = server_close::still_open;
        const auto ask = [&]() -> asio::awaitable<void> {
            const origin_answer_seen seen = co_await get(*connection, "/");
            EXPECT_EQ(seen.end, exchange_end::whole);
            end = co_await connection->wait_for_server_close(soon());
        };
        const std::string proof =
            co_await struck(origin, origin_act::close_after_answer, duration::zero(), ask);
        EXPECT_THAT(proof, HasSubstr("FIN right behind"));
        EXPECT_EQ(end, server_close::end_of_stream);
        EXPECT_TRUE(origin.ended_from(connection->row().local.port).has_value());
    });
}

TEST_P(OriginServerOf, ClosesAConnectionThatIsIdle) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        server_close end = server_close::still_open;
        const auto ask = [&]() -> asio::awaitable<void> {
            co_await get(*connection, "/");
            end = co_await connection->wait_for_server_close(soon());
        };
        const std::string proof = co_await struck(origin, origin_act::close_while_idle, 5ms, ask);
        EXPECT_THAT(proof, HasSubstr("FIN after 5 ms of idleness"));
        EXPECT_EQ(end, server_close::end_of_stream);
    });
}

TEST_P(OriginServerOf, HalfClosesAndGoesOnReading) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        const auto ask = [&]() -> asio::awaitable<void> {
            const origin_answer_seen seen = co_await get(*connection, "/");
            EXPECT_EQ(seen.end, exchange_end::whole);
            EXPECT_EQ(co_await connection->wait_for_server_close(soon()),
                      server_close::end_of_stream);
        };
        const std::string proof =
            co_await struck(origin, origin_act::half_close, duration::zero(), ask);
        EXPECT_THAT(proof, HasSubstr("went on reading"));
        const auto over = origin.ended_from(connection->row().local.port);
        EXPECT_TRUE(over && over->half_closed && !over->ended);
    });
}

TEST_P(OriginServerOf, ClosesIdleConnectionsAtOnceAndOthersBehindTheirAnswer) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> idle = co_await connect_to(origin, name());
        co_await get(*idle, "/");
        const std::unique_ptr<transport> busy = co_await connect_to(origin, name());
        origin_answer_seen seen;
        task_group tasks(executor());
        const auto ask = [&]() -> asio::awaitable<void> {
            seen = co_await get(*busy, "/delay/50");
        };
        tasks.spawn(ask());
        while (origin.record().requests_count < 2) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        co_await origin.close_connections(5s);
        co_await tasks.join();
        EXPECT_EQ(seen.end, exchange_end::whole);
        EXPECT_EQ(co_await idle->wait_for_server_close(soon()), server_close::end_of_stream);
        EXPECT_EQ(co_await busy->wait_for_server_close(soon()), server_close::end_of_stream);
        const std::unique_ptr<transport> later = co_await connect_to(origin, name());
        EXPECT_EQ((co_await get(*later, "/")).status, 200);
        EXPECT_FALSE(origin.ended_from(later->row().local.port).has_value());
    });
}

TEST_P(OriginServerOf, EndsWhatNeverWouldWhenItsTimeIsUp) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        const std::unique_ptr<transport> busy = co_await connect_to(origin, name());
        co_await busy->write("GET /delay/60000 HTTP/1.1\r\nHost: a.test\r\n\r\n", soon());
        while (origin.record().requests_count < 1) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        co_await origin.close_connections(10ms);
        EXPECT_NE(co_await busy->wait_for_server_close(soon()), server_close::still_open);
    });
}

TEST_P(OriginServerOf, GivesMessagesOfWebSocketsBackAndTellsThemWhenItGoesAway) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        websocket_tunnel tunnel(executor(), std::move(connection), soon());
        route what;
        what.path = "/websocket";
        const std::string authority = "a.test";
        const websocket_opening opened = co_await tunnel.open(what, authority, soon());
        EXPECT_EQ(opened.status, 101);
        EXPECT_FALSE(opened.error) << opened.error.message();
        for (const std::string text : {"first", "second"}) {
            const boost::system::error_code sent = co_await tunnel.write(text);
            EXPECT_FALSE(sent) << sent.message();
            const websocket_message heard = co_await tunnel.read();
            EXPECT_EQ(heard.text, text);
        }
        task_group tasks(executor());
        const auto go_away = [&]() -> asio::awaitable<void> {
            co_await origin.close_connections(5s);
        };
        tasks.spawn(go_away());
        const websocket_message last = co_await tunnel.read();
        EXPECT_TRUE(last.error);
        EXPECT_EQ(tunnel.close_code(), 1001);
        const server_close end = co_await tunnel.connection().wait_for_server_close(soon());
        EXPECT_EQ(end, server_close::end_of_stream);
        co_await tasks.join();
        EXPECT_EQ(origin.record().requests_count, 1U);
        EXPECT_EQ(origin.record().connections.at(0).end, origin_end::closed_by_origin);
    });
}

TEST_P(OriginServerOf, EndsAWebSocketThatItsClientLeaves) {
    with_origin(GetParam(), [&](origin_server& origin) -> asio::awaitable<void> {
        std::unique_ptr<transport> connection = co_await connect_to(origin, name());
        websocket_tunnel tunnel(executor(), std::move(connection), soon());
        route what;
        what.path = "/websocket";
        const std::string authority = "a.test";
        co_await tunnel.open(what, authority, soon());
        co_await tunnel.say_close();
        const websocket_message answer = co_await tunnel.read();
        EXPECT_TRUE(answer.error);
        EXPECT_EQ(tunnel.close_code(), 1000);
        const server_close end = co_await tunnel.connection().wait_for_server_close(soon());
        EXPECT_EQ(end, server_close::end_of_stream);
    });
}

INSTANTIATE_TEST_SUITE_P(PlainAndTls, OriginServerOf,
                         testing::Values(origin_protocol::http, origin_protocol::https),
                         [](const auto& tested) {
                             return tested.param == origin_protocol::https ? "Tls" : "Plain";
                         });

TEST_F(OriginServer, SaysThatNobodyCame) {
    with_origin(origin_protocol::http, [&](origin_server& origin) -> asio::awaitable<void> {
        misbehaviour what;
        what.fault = "test";
        const std::string proof =
            co_await origin.strike(std::move(what), released_, clock::now() + 20ms);
        EXPECT_EQ(proof, "");
        const std::unique_ptr<transport> later = co_await connect_to(origin);
        EXPECT_EQ((co_await get(*later, "/")).status, 200);  // the order was withdrawn
    });
}

}  // namespace
}  // namespace stormdrain
