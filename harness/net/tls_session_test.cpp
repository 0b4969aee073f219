#include "harness/net/tls_session.hpp"

#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <array>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using tls_stream = ssl::stream<tcp::socket>;

// A TLS server that answers each connection's first bytes, which brings the tickets along.
class TlsSession : public connection_fixture {
protected:
    TlsSession() {
        server_.use_certificate_chain_file(files_.certificate_path);
        server_.use_private_key_file(files_.key_path, ssl::context::pem);
    }

    auto echoing() {
        return [this](tcp::socket socket) -> asio::awaitable<void> {
            tls_stream stream(std::move(socket), server_);
            error_code error;
            co_await stream.async_handshake(ssl::stream_base::server,
                                            asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                co_return;
            }
            seen_.emplace_back(::SSL_get_version(stream.native_handle()));
            resumed_.push_back(::SSL_session_reused(stream.native_handle()) == 1);
            std::array<char, 16> bytes{};
            const std::size_t count = co_await stream.async_read_some(
                asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
            co_await asio::async_write(stream, asio::buffer(bytes, count),
                                       asio::redirect_error(asio::use_awaitable, error));
            while (!error) {
                co_await stream.async_read_some(asio::buffer(bytes),
                                                asio::redirect_error(asio::use_awaitable, error));
            }
        };
    }

    asio::awaitable<connect_outcome> shake_hands(const scripted_peer& peer,
                                                 tls_handshake_wish wish) {
        connector connections = connector_to(peer, &client_);
        connect_options options;
        options.handshake = wish;
        connect_outcome outcome = co_await connections.connect(std::move(options), soon());
        if (outcome.connection) {
            co_await outcome.connection->write("ping", soon());
            co_await outcome.connection->read_some(buffer_, soon());
        }
        co_return outcome;
    }

    static tls_client_options trusting(const certificate_files& files) {
        tls_client_options options;
        options.trusted_certificate_path = files.certificate_path;
        options.server_name = "localhost";
        return options;
    }

    temporary_folder folder_;
    certificate_files files_ = make_certificate(folder_.path());
    ssl::context server_{ssl::context::tls_server};
    tls_client client_{trusting(files_)};
    std::vector<std::string> seen_;
    std::vector<bool> resumed_;  // as the server saw it
    std::array<char, 256> buffer_{};
};

TEST_F(TlsSession, ForcesTheVersionThatIsWished) {
    scripted_peer peer(executor(), echoing());
    run([&]() -> asio::awaitable<void> {
        for (const tls_version version :
             {tls_version::tls_1_2, tls_version::tls_1_3, tls_version::any}) {
            tls_handshake_wish wish;
            wish.version = version;
            const connect_outcome outcome = co_await shake_hands(peer, wish);
            EXPECT_EQ(outcome.stage, connect_stage::done) << outcome.error.message();
        }
        co_await peer.stop();
    });
    EXPECT_EQ(seen_, (std::vector<std::string>{"TLSv1.2", "TLSv1.3", "TLSv1.3"}));
}

TEST_F(TlsSession, AVersionThatTheServerLacksIsAHandshakeFailure) {
    server_.set_options(ssl::context::no_tlsv1_3);
    scripted_peer peer(executor(), echoing());
    run([&]() -> asio::awaitable<void> {
        tls_handshake_wish wish;
        wish.version = tls_version::tls_1_3;
        const connect_outcome outcome = co_await shake_hands(peer, wish);
        EXPECT_EQ(outcome.stage, connect_stage::tls_handshake);
        EXPECT_EQ(outcome.error.category(), asio::error::get_ssl_category());
        co_await peer.stop();
    });
}

TEST_F(TlsSession, IsResumedByTheNextConnectionInEveryVersion) {
    scripted_peer peer(executor(), echoing());
    run([&]() -> asio::awaitable<void> {
        for (const tls_version version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
            tls_session session;
            tls_handshake_wish wish;
            wish.version = version;
            wish.session = &session;
            for (const bool resumes : {false, true, true}) {
                const connect_outcome outcome = co_await shake_hands(peer, wish);
                EXPECT_EQ(outcome.handshake_resumed, resumes);
                EXPECT_NE(outcome.connection, nullptr) << outcome.error.message();
                if (outcome.connection) {
                    outcome.connection->close();
                }
            }
        }
        co_await peer.stop();
    });
    EXPECT_EQ(resumed_, (std::vector<bool>{false, true, true, false, true, true}));
}

TEST_F(TlsSession, IsNotOfferedUnlessWished) {
    scripted_peer peer(executor(), echoing());
    run([&]() -> asio::awaitable<void> {
        for (int number = 0; number < 3; ++number) {
            const connect_outcome outcome = co_await shake_hands(peer, tls_handshake_wish());
            EXPECT_FALSE(outcome.handshake_resumed);
        }
        co_await peer.stop();
    });
    EXPECT_EQ(resumed_, (std::vector<bool>{false, false, false}));
}

TEST_F(TlsSession, ThatTheServerForgotBecomesAFullHandshake) {
    scripted_peer peer(executor(), echoing());
    run([&]() -> asio::awaitable<void> {
        tls_session session;
        tls_handshake_wish wish;
        wish.session = &session;
        const connect_outcome first = co_await shake_hands(peer, wish);
        first.connection->close();
        server_ = ssl::context(ssl::context::tls_server);  // with another ticket key
        server_.use_certificate_chain_file(files_.certificate_path);
        server_.use_private_key_file(files_.key_path, ssl::context::pem);
        const connect_outcome second = co_await shake_hands(peer, wish);
        EXPECT_EQ(second.stage, connect_stage::done);
        EXPECT_FALSE(second.handshake_resumed);
        second.connection->close();
        co_await peer.stop();
    });
}

}  // namespace
}  // namespace stormdrain
