#include "harness/init/port_dialogue.hpp"

#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/ssl.h>

#include <filesystem>
#include <string>

namespace stormdrain {
namespace {

using namespace std::string_literals;
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using testing::Test;

const std::string settings = "\0\0\0\4\0\0\0\0\0"s;

// Chooses the one protocol that the server has, or none (RFC 7301 section 3.2).
int choose_only(SSL*, const unsigned char** chosen, unsigned char* length,
                const unsigned char* offered, unsigned offered_length, void* only) {
    const auto& wanted = *static_cast<const std::string*>(only);
    const std::string_view list(reinterpret_cast<const char*>(offered), offered_length);
    const std::size_t at = list.find(wanted);
    if (at == std::string_view::npos) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = offered + at + 1;
    *length = offered[at];
    return SSL_TLSEXT_ERR_OK;
}

class PortDialogue : public connection_fixture {
protected:
    PortDialogue() : of_the_run_(certificate_in("run")), own_(certificate_in("own")) {}

    certificate_files certificate_in(const std::string& name) const {
        std::filesystem::create_directories(folder_.file(name));
        return make_certificate(folder_.file(name));
    }

    port_answers answers_of(scripted_peer::script play) {
        port_answers heard;
        run([&]() -> asio::awaitable<void> {
            scripted_peer peer(executor(), play);
            port_dialogue dialogue(executor(), peer.where(), of_the_run_.certificate_path);
            heard = co_await dialogue.run();
            co_await peer.stop();
        });
        return heard;
    }

    // Behind a handshake it answers `greeting`, if any, or as a correct server.
    scripted_peer::script over_tls(const certificate_files& shown, std::string greeting) {
        server_.use_certificate_chain_file(shown.certificate_path);
        server_.use_private_key_file(shown.key_path, ssl::context::pem);
        return [this, greeting](tcp::socket socket) -> asio::awaitable<void> {
            ssl::stream<tcp::socket> stream(std::move(socket), server_);
            boost::system::error_code error;
            auto token = asio::redirect_error(asio::use_awaitable, error);
            co_await stream.async_handshake(ssl::stream_base::server, std::move(token));
            if (!error && greeting.empty()) {
                co_await serve_correctly(stream);
            } else if (!error) {
                std::string words = greeting;
                co_await send_text(stream, std::move(words));
            }
        };
    }

    temporary_folder folder_;
    certificate_files of_the_run_;
    certificate_files own_;
    ssl::context server_{ssl::context::tls_server};
};

asio::awaitable<void> answer_correctly(tcp::socket socket) {
    co_await serve_correctly(socket);
}

asio::awaitable<void> answer_redis(tcp::socket socket) {
    std::string words = "-ERR unknown command 'GET'\r\n";
    co_await send_text(socket, std::move(words));
}

asio::awaitable<void> answer_settings(tcp::socket socket) {
    std::string words = settings;
    co_await send_text(socket, std::move(words));
}

asio::awaitable<void> close_at_once(tcp::socket) {
    co_return;
}

TEST_F(PortDialogue, UnderstandsHttp) {
    const port_answers heard = answers_of(answer_correctly);
    EXPECT_EQ(judge(heard), spoken_protocol::http);
    EXPECT_EQ(status_of(heard.to_http.bytes), 200);
}

TEST_F(PortDialogue, AsksForOtherPaths) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), answer_correctly);
        port_dialogue dialogue(executor(), peer.where(), of_the_run_.certificate_path);
        const int status = co_await dialogue.status_of_path("/bytes/5", spoken_protocol::http);
        EXPECT_EQ(status, 200);
        co_await peer.stop();
    });
}

TEST_F(PortDialogue, UnderstandsHttpOverTlsWithTheRunsCertificate) {
    const port_answers heard = answers_of(over_tls(of_the_run_, ""));
    EXPECT_EQ(judge(heard), spoken_protocol::https) << evidence_of(heard);
    EXPECT_FALSE(heard.own_certificate);
}

TEST_F(PortDialogue, SeesACertificateOfTheServersOwn) {
    const port_answers heard = answers_of(over_tls(own_, ""));
    EXPECT_EQ(judge(heard), spoken_protocol::https) << evidence_of(heard);
    EXPECT_TRUE(heard.own_certificate);
}

TEST_F(PortDialogue, UnderstandsHttp2OverTlsAlone) {
    std::string only = "\x02h2";
    ::SSL_CTX_set_alpn_select_cb(server_.native_handle(), choose_only, &only);
    const port_answers heard = answers_of(over_tls(of_the_run_, settings));
    EXPECT_EQ(judge(heard), spoken_protocol::http2_over_tls) << evidence_of(heard);
}

TEST_F(PortDialogue, UnderstandsTlsWithoutHttp) {
    const port_answers heard = answers_of(over_tls(of_the_run_, "+OK\r\n"));
    EXPECT_EQ(judge(heard), spoken_protocol::other_over_tls) << evidence_of(heard);
}

TEST_F(PortDialogue, UnderstandsHttp2WithPriorKnowledge) {
    EXPECT_EQ(judge(answers_of(answer_settings)), spoken_protocol::http2);
}

TEST_F(PortDialogue, TakesEverythingElseForRaw) {
    const port_answers heard = answers_of(answer_redis);
    EXPECT_EQ(judge(heard), spoken_protocol::other);
    EXPECT_EQ(judge(answers_of(close_at_once)), spoken_protocol::silent);
}

TEST_F(PortDialogue, SeesThatNobodyTakesConnections) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), close_at_once);
        const std::uint16_t port = peer.where().port;
        co_await peer.stop();
        port_dialogue dialogue(executor(), {"127.0.0.1", port}, of_the_run_.certificate_path);
        const port_answers heard = co_await dialogue.run();
        EXPECT_EQ(judge(heard), spoken_protocol::not_connectable);
    });
}

TEST_F(PortDialogue, WaitsForAServerThatIsNotReady) {
    std::size_t connection = 0;
    const port_answers heard =
        answers_of([&connection](tcp::socket socket) -> asio::awaitable<void> {
            const bool is_ready = ++connection > 4;
            std::string words =
                is_ready ? http_response("") : http_response("", "", "503 Service Unavailable");
            co_await read_request(socket);
            co_await send_text(socket, std::move(words));
        });
    EXPECT_EQ(status_of(heard.to_http.bytes), 200);
}

}  // namespace
}  // namespace stormdrain
