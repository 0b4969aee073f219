// A client of an attack and one of a cycle's load write down the same of the same server, whatever
// it does.

#include "harness/load/engine/engine_fixture.hpp"
#include "harness/load/engine/told_tally.hpp"
#include "harness/load/load_generator.hpp"
#include "harness/testing/http_script.hpp"

#include <boost/asio/socket_base.hpp>
#include <gmock/gmock.h>

#include <array>
#include <ostream>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

using play = asio::awaitable<void> (*)(tcp::socket);

// Takes a request and answers it with the text.
asio::awaitable<bool> answer(tcp::socket& socket, std::string text) {
    const bool asked = (co_await read_request(socket)).has_value();
    if (!asked) {
        co_return false;
    }
    const bool taken = co_await send_text(socket, std::move(text));
    co_return taken;
}

asio::awaitable<void> until_client_is_gone(tcp::socket& socket) {
    bool asked = true;
    while (asked) {
        asked = (co_await read_request(socket)).has_value();
    }
}

void reset(tcp::socket& socket) {
    socket.set_option(asio::socket_base::linger(true, 0));
    socket.close();
}

asio::awaitable<void> serves(tcp::socket socket) {
    co_await serve_correctly(socket);
}

asio::awaitable<void> announces_each_close(tcp::socket socket) {
    co_await answer(socket, http_response("whole", "Connection: close\r\n"));
}

asio::awaitable<void> ends_without_a_byte(tcp::socket socket) {
    co_await read_request(socket);
}

asio::awaitable<void> ends_within_the_head(tcp::socket socket) {
    co_await answer(socket, "HTTP/1.1 200 OK\r\nContent-Le");
}

asio::awaitable<void> ends_within_the_body(tcp::socket socket) {
    co_await answer(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwho");
}

asio::awaitable<void> ends_within_the_second(tcp::socket socket) {
    co_await answer(socket, http_response("whole"));
    co_await answer(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwho");
}

asio::awaitable<void> ends_within_a_chunk(tcp::socket socket) {
    co_await answer(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwho");
}

asio::awaitable<void> ends_the_body_by_closing(tcp::socket socket) {
    co_await answer(socket, "HTTP/1.1 200 OK\r\n\r\nwhole");
}

asio::awaitable<void> resets_without_a_byte(tcp::socket socket) {
    co_await read_request(socket);
    reset(socket);
}

asio::awaitable<void> resets_within_the_body(tcp::socket socket) {
    co_await answer(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwho");
    reset(socket);
}

asio::awaitable<void> fails(tcp::socket socket) {
    bool taken = true;
    while (taken) {
        taken = co_await answer(socket, http_response("sorry", "", "503 Service Unavailable"));
    }
}

asio::awaitable<void> fails_and_announces_the_close(tcp::socket socket) {
    co_await answer(socket, http_response("sorry", "Connection: close\r\n", "500 Oops"));
}

asio::awaitable<void> speaks_no_http(tcp::socket socket) {
    co_await answer(socket, "SSH-2.0-OpenSSH_9.2\r\n");
    co_await until_client_is_gone(socket);
}

asio::awaitable<void> contradicts_itself(tcp::socket socket) {
    co_await answer(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nwhole");
    co_await until_client_is_gone(socket);
}

asio::awaitable<void> says_too_much(tcp::socket socket) {
    co_await answer(socket, http_response("whole") + "and more");
    co_await until_client_is_gone(socket);
}

constexpr std::array<const char*, 4> pieces{
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2", "00 OK\r\nTransfer-",
    "Encoding: chunked\r\n\r\n2\r\nwh\r\n3\r", "\nole\r\n0\r\n\r\n"};

asio::awaitable<void> answers_in_pieces(tcp::socket socket) {
    for (;;) {
        const bool asked = (co_await read_request(socket)).has_value();
        if (!asked) {
            co_return;
        }
        for (const char* piece : pieces) {
            co_await send_text(socket, piece);
        }
    }
}

asio::awaitable<void> says_nothing(tcp::socket socket) {
    co_await until_client_is_gone(socket);
}

asio::awaitable<void> stops_within_the_body(tcp::socket socket) {
    co_await answer(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwho");
    co_await until_client_is_gone(socket);
}

struct comparison {
    const char* name;
    play server;
    std::uint32_t requests_count = 3;
    std::uint32_t requests_per_connection = 0;
    const char* method = "GET";
    const char* path = "/";
    std::uint64_t body_bytes = 0;
    duration request_timeout = std::chrono::seconds(10);
};

std::ostream& operator<<(std::ostream& out, const comparison& what) {
    return out << what.name;
}

class BothClients : public engine_fixture, public testing::WithParamInterface<comparison> {
protected:
    BothClients() {
        const comparison& what = GetParam();
        route_.method = what.method;
        route_.path = what.path;
        route_.body_bytes = what.body_bytes;
        plan_.requests_count = what.requests_count;
        plan_.requests_per_connection = what.requests_per_connection;
        plan_.request_timeout = what.request_timeout;
        profile_.clients_count = 1;
        profile_.requests_per_client = what.requests_count;
        profile_.requests_per_connection = what.requests_per_connection;
        profile_.request_timeout = what.request_timeout;
    }

    std::string told_by_cycle() {
        scripted_peer peer(executor(), GetParam().server);
        port_address port;
        port.where = peer.where();
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, log_.clock(), {route_}, profile_);
        run([&]() -> asio::awaitable<void> {
            co_await load.run(soon());
            co_await peer.stop();
        });
        return told(load.tally());
    }

    connection_log log_{cycle_clock()};
    load_profile profile_;
};

TEST_P(BothClients, WriteDownTheSame) {
    const std::string by_attack = told(run_against(GetParam().server).requests);
    EXPECT_EQ(by_attack, told_by_cycle());
}

constexpr duration short_time = 150ms;

INSTANTIATE_TEST_SUITE_P(
    Servers, BothClients,
    testing::Values(
        comparison{"Serves", serves, 20},
        comparison{"ServesLarge", serves, 3, 0, "GET", "/bytes/300000"},
        comparison{"ServesOneEach", serves, 5, 1}, comparison{"ServesThreeEach", serves, 8, 3},
        comparison{"TakesUploads", serves, 4, 0, "POST", "/", 1'000'000},
        comparison{"AnnouncesEachClose", announces_each_close},
        comparison{"EndsWithoutAByte", ends_without_a_byte},
        comparison{"EndsWithinTheHead", ends_within_the_head},
        comparison{"EndsWithinTheBody", ends_within_the_body},
        comparison{"EndsWithinTheSecond", ends_within_the_second, 5},
        comparison{"EndsWithinAChunk", ends_within_a_chunk},
        comparison{"EndsTheBodyByClosing", ends_the_body_by_closing},
        comparison{"ResetsWithoutAByte", resets_without_a_byte},
        comparison{"ResetsWithinTheBody", resets_within_the_body}, comparison{"Fails", fails},
        comparison{"FailsAndCloses", fails_and_announces_the_close},
        comparison{"SpeaksNoHttp", speaks_no_http},
        comparison{"ContradictsItself", contradicts_itself},
        comparison{"SaysTooMuch", says_too_much}, comparison{"AnswersInPieces", answers_in_pieces},
        comparison{"SaysNothing", says_nothing, 2, 0, "GET", "/", 0, short_time},
        comparison{"StopsWithinTheBody", stops_within_the_body, 2, 0, "GET", "/", 0, short_time},
        comparison{"RefusesUploads", serves, 2, 0, "POST", "/reject", 100}),
    [](const auto& one) { return std::string(one.param.name); });

class NobodyListens : public engine_fixture {};

TEST_F(NobodyListens, WriteDownTheSame) {
    endpoint where;
    {
        const tcp::acceptor once(executor(), {asio::ip::address_v4::loopback(), 0});
        where = {"127.0.0.1", once.local_endpoint().port()};
    }
    plan_.requests_count = 3;
    aim_at(where);
    const request_tally by_attack = run_engine().requests;
    EXPECT_EQ(by_attack.failures.size(), 1U);
    EXPECT_EQ(by_attack.failures.front().end, request_end::refused);

    connection_log log{cycle_clock()};
    port_address port;
    port.where = where;
    connector connections(executor(), port, log);
    load_profile profile;
    profile.clients_count = 1;
    profile.requests_per_client = 3;
    load_generator load(executor(), connections, log.clock(), {route_}, profile);
    run([&]() -> asio::awaitable<void> { co_await load.run(soon()); });
    EXPECT_EQ(told(by_attack), told(load.tally()));
}

}  // namespace
}  // namespace stormdrain
