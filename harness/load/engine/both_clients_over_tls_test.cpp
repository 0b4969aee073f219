// A client of an attack, over OpenSSL and over the harness's own TLS, and one of a cycle's load
// write down the same of the same TLS server, also of one that breaks off its handshake or its
// session. Over HTTP/2 the cycle's is a coroutine.

#include "harness/load/engine/engine_fixture.hpp"
#include "harness/load/engine/told_tally.hpp"
#include "harness/load/load_generator.hpp"
#include "harness/testing/http2_script.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/tls_script.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>

#include <array>
#include <ostream>
#include <utility>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using stream = tls_script::stream;

asio::awaitable<void> serves(stream& secured) {
    co_await serve_correctly(secured);
}

asio::awaitable<void> serves_http2(stream& secured) {
    basic_http2_script<stream> talk(secured);
    try {
        co_await talk.greet();
        for (;;) {
            const std::uint32_t asked = co_await talk.next_request();
            co_await talk.answer(asked);
        }
    } catch (const boost::system::system_error&) {
        // The client is gone.
    }
}

asio::awaitable<void> say_goodbye(stream& secured) {
    boost::system::error_code ignored;
    auto token = asio::redirect_error(asio::use_awaitable, ignored);
    co_await secured.async_shutdown(std::move(token));
}

asio::awaitable<void> answers_and_says_goodbye(stream& secured) {
    co_await read_request(secured);
    std::string answer = http_response("whole");
    co_await send_text(secured, std::move(answer));
    co_await say_goodbye(secured);
}

asio::awaitable<void> says_goodbye_within_the_body(stream& secured) {
    co_await read_request(secured);
    co_await send_text(secured, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwho");
    co_await say_goodbye(secured);
}

asio::awaitable<void> ends_without_goodbye(stream& secured) {
    co_await read_request(secured);
    co_await send_text(secured, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwho");
}

asio::awaitable<void> until_client_is_gone(tcp::socket& socket) {
    std::array<char, 4096> rest{};
    boost::system::error_code error;
    while (!error) {
        auto token = asio::redirect_error(asio::use_awaitable, error);
        co_await socket.async_read_some(asio::buffer(rest), std::move(token));
    }
}

asio::awaitable<void> breaks_a_record(stream& secured) {
    co_await read_request(secured);
    co_await send_text(secured.next_layer(),
                       std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
    co_await until_client_is_gone(secured.next_layer());
}

asio::awaitable<void> resets_without_a_byte(stream& secured) {
    co_await read_request(secured);
    secured.next_layer().set_option(asio::socket_base::linger(true, 0));
    secured.next_layer().close();
}

asio::awaitable<void> take_the_hello(tcp::socket& socket) {
    std::array<char, 4096> hello{};
    co_await socket.async_read_some(asio::buffer(hello), asio::use_awaitable);
}

// Instead of a handshake.
asio::awaitable<void> speaks_no_tls(tcp::socket socket) {
    co_await send_text(socket, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    co_await until_client_is_gone(socket);
}

asio::awaitable<void> ends_at_once(tcp::socket socket) {
    co_await take_the_hello(socket);
}

asio::awaitable<void> resets_at_the_hello(tcp::socket socket) {
    co_await take_the_hello(socket);
    socket.set_option(asio::socket_base::linger(true, 0));
    socket.close();
}

asio::awaitable<void> says_nothing(tcp::socket socket) {
    co_await until_client_is_gone(socket);
}

using raw_play = asio::awaitable<void> (*)(tcp::socket);
using secured_play = asio::awaitable<void> (*)(stream&);

struct comparison {
    const char* name;
    secured_play server = nullptr;
    raw_play raw_server = nullptr;
    std::uint32_t requests_per_connection = 0;
    handshake_kind handshakes = handshake_kind::full;
    duration request_timeout = std::chrono::seconds(10);
    const char* method = "GET";
    const char* path = "/";
    std::uint64_t body_bytes = 0;
    const char* agreed_protocol = "";
    load_protocol protocol = load_protocol::http_1_1;
    bool is_trusted = true;
};

std::ostream& operator<<(std::ostream& out, const comparison& what) {
    return out << what.name;
}

class BothClientsOverTls : public engine_fixture, public testing::WithParamInterface<comparison> {
protected:
    static constexpr std::uint32_t requests_count = 4;

    BothClientsOverTls() {
        const comparison& what = GetParam();
        route_.method = what.method;
        route_.path = what.path;
        route_.body_bytes = what.body_bytes;
        if (*what.agreed_protocol != '\0') {
            script_.agree_to(what.agreed_protocol);
        }
        const bool is_http2 = what.protocol == load_protocol::h2;
        plan_.tls = &client_;
        plan_.protocol = is_http2 ? engine_protocol::http_2 : engine_protocol::http_1_1;
        plan_.handshakes = what.handshakes;
        plan_.requests_count = requests_count;
        plan_.requests_per_connection = what.requests_per_connection;
        plan_.request_timeout = what.request_timeout;
        profile_.clients_count = 1;
        profile_.protocol = what.protocol;
        profile_.requests_per_client = requests_count;
        profile_.requests_per_connection = what.requests_per_connection;
        profile_.request_timeout = what.request_timeout;
        profile_.tls.resumes = what.handshakes == handshake_kind::resumed;
    }

    scripted_peer::script server() {
        return GetParam().raw_server != nullptr ? scripted_peer::script(GetParam().raw_server)
                                                : script_.behind_handshake(GetParam().server);
    }

    std::string told_by_cycle() {
        scripted_peer peer(executor(), server());
        port_address port;
        port.where = peer.where();
        port.tls = &client_;
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, log_.clock(), {route_}, profile_);
        run([&]() -> asio::awaitable<void> {
            co_await load.run(soon());
            co_await peer.stop();
        });
        return told(load.tally());
    }

    tls_client_options trust() const {
        tls_client_options options = script_.trusting();
        if (!GetParam().is_trusted) {
            options.server_name = "another.test";
        }
        return options;
    }

    tls_script script_;
    tls_client client_{trust()};
    connection_log log_{cycle_clock()};
    load_profile profile_;
};

TEST_P(BothClientsOverTls, WriteDownTheSame) {
    const std::string by_attack = told(run_against(server()).requests);
    EXPECT_EQ(by_attack, told_by_cycle());
}

// What failed has other words then; all else is the same.
TEST_P(BothClientsOverTls, WriteDownTheSameOverTheHarnesssOwnTls) {
    plan_.tls_stack = tls_stack::own;
    std::string expected = told_by_cycle();
    constexpr std::array<std::pair<const char*, const char*>, 4> words{
        {{"bad extension (SSL routines)",
          "the server chooses an application protocol that was not offered"},
         {"decryption failed or bad record mac (SSL routines)",
          "a record that the keys do not open"},
         {"wrong version number (SSL routines)", "a record of a type that TLS 1.3 does not have"},
         {"certificate verify failed (SSL routines)",
          "the server's certificate is not trusted, or is another host's"}}};
    for (const auto& [by_openssl, by_our_own] : words) {
        boost::algorithm::replace_all(expected, by_openssl, by_our_own);
    }
    EXPECT_EQ(told(run_against(server()).requests), expected);
}

comparison with(const char* name, secured_play server) {
    comparison made{name};
    made.server = server;
    return made;
}

comparison raw(const char* name, raw_play server) {
    comparison made{name};
    made.raw_server = server;
    return made;
}

comparison one_each(const char* name, handshake_kind handshakes) {
    comparison made = with(name, serves);
    made.requests_per_connection = 1;
    made.handshakes = handshakes;
    return made;
}

comparison large() {
    comparison made = with("ServesLarge", serves);
    made.path = "/bytes/300000";
    return made;
}

comparison uploads() {
    comparison made = with("TakesUploads", serves);
    made.method = "POST";
    made.body_bytes = 1'000'000;
    return made;
}

comparison distrusted() {
    comparison made = with("IsNotTheOneThatWasMeant", serves);
    made.is_trusted = false;
    return made;
}

comparison silent() {
    comparison made = raw("SaysNothing", says_nothing);
    made.request_timeout = 100ms;
    return made;
}

comparison http2(const char* name, secured_play server, const char* agreed_protocol) {
    comparison made = with(name, server);
    made.protocol = load_protocol::h2;
    made.agreed_protocol = agreed_protocol;
    return made;
}

INSTANTIATE_TEST_SUITE_P(
    Servers, BothClientsOverTls,
    testing::Values(with("Serves", serves), one_each("ServesOneEach", handshake_kind::full),
                    one_each("Resumes", handshake_kind::resumed), large(), uploads(),
                    with("SaysGoodbye", answers_and_says_goodbye),
                    with("SaysGoodbyeWithinTheBody", says_goodbye_within_the_body),
                    with("EndsWithoutGoodbye", ends_without_goodbye),
                    with("BreaksARecord", breaks_a_record),
                    with("ResetsWithoutAByte", resets_without_a_byte),
                    raw("SpeaksNoTls", speaks_no_tls), raw("EndsAtOnce", ends_at_once),
                    raw("ResetsAtTheHello", resets_at_the_hello), silent(), distrusted(),
                    http2("ServesHttp2", serves_http2, "h2"), http2("AgreesToNothing", serves, ""),
                    http2("AgreesToSomethingElse", serves, "http/1.1")),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace stormdrain
