#include "harness/base/environment_error.hpp"
#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <sys/stat.h>

#include <array>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using tls_stream = ssl::stream<tcp::socket>;

// A TLS server whose part after the handshake each test writes.
class TlsTransport : public connection_fixture {
protected:
    TlsTransport() : files_(make_certificate(folder_.path())), server_(ssl::context::tls_server) {
        server_.use_certificate_chain_file(files_.certificate_path);
        server_.use_private_key_file(files_.key_path, ssl::context::pem);
    }

    tls_client trusting(std::string server_name) const {
        return tls_client({.trusted_certificate_path = files_.certificate_path,
                           .server_name = std::move(server_name)});
    }

    using tls_script = std::function<asio::awaitable<void>(tls_stream&)>;

    auto after_handshake(tls_script play) {
        return [this, play = std::move(play)](tcp::socket socket) -> asio::awaitable<void> {
            tls_stream stream(std::move(socket), server_);
            co_await stream.async_handshake(
                ssl::stream_base::server,
                asio::redirect_error(asio::use_awaitable, handshake_error_));
            if (!handshake_error_) {
                co_await play(stream);
            }
        };
    }

    // Reads until the client's end of the stream, and says how it looked.
    static asio::awaitable<error_code> read_to_end(tls_stream& stream) {
        std::array<char, 256> buffer{};
        error_code error;
        while (!error) {
            co_await stream.async_read_some(asio::buffer(buffer),
                                            asio::redirect_error(asio::use_awaitable, error));
        }
        co_return error;
    }

    auto observing() {
        return after_handshake([this](tls_stream& stream) -> asio::awaitable<void> {
            end_seen_ = co_await read_to_end(stream);
        });
    }

    asio::awaitable<connect_outcome> try_to_connect(const scripted_peer& peer,
                                                    const tls_client& tls) {
        connector connections = connector_to(peer, &tls);
        connect_options options{.purpose = "test"};
        co_return co_await connections.connect(std::move(options), soon());
    }

    temporary_folder folder_;
    certificate_files files_;
    ssl::context server_;
    error_code handshake_error_;
    std::optional<error_code> end_seen_;
    std::array<char, 256> buffer_{};
};

TEST_F(TlsTransport, SpeaksTls13OverX25519WithTheServerItNamed) {
    std::string version;
    std::string sni;
    long group = 0;
    scripted_peer peer(
        executor(), after_handshake([&](tls_stream& stream) -> asio::awaitable<void> {
            SSL* const tls = stream.native_handle();
            version = ::SSL_get_version(tls);
            sni = ::SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
            group = ::SSL_ctrl(tls, SSL_CTRL_GET_NEGOTIATED_GROUP, 0, nullptr);
            std::array<char, 4> ping{};
            co_await stream.async_read_some(asio::buffer(ping), asio::use_awaitable);
            co_await asio::async_write(stream, asio::buffer(ping), asio::use_awaitable);
            end_seen_ = co_await read_to_end(stream);
        }));
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        connect_outcome outcome = co_await try_to_connect(peer, tls);
        EXPECT_EQ(outcome.stage, connect_stage::done) << outcome.error.message();
        EXPECT_GT(outcome.handshake_time, 0ns);
        EXPECT_EQ((co_await outcome.connection->write("ping", soon())).bytes, 4U);
        const transfer read = co_await outcome.connection->read_some(buffer_, soon());
        EXPECT_EQ(std::string_view(buffer_.data(), read.bytes), "ping");
        outcome.connection->close();
        EXPECT_EQ(outcome.connection->row().end, connection_end::closed_by_client);
        co_await peer.stop();
    });
    EXPECT_EQ(version, "TLSv1.3");
    EXPECT_EQ(sni, "localhost");
    EXPECT_EQ(group, NID_X25519);
    EXPECT_EQ(end_seen_, error_code(asio::error::eof)) << "no close_notify, or a RST";
}

TEST_F(TlsTransport, VerifiesTheNameOrAddressOfTheServer) {
    scripted_peer peer(executor(), observing());
    run([&]() -> asio::awaitable<void> {
        for (const char* name : {"127.0.0.1", "::1", "localhost", ""}) {
            const tls_client tls = trusting(name);
            const connect_outcome outcome = co_await try_to_connect(peer, tls);
            EXPECT_EQ(outcome.stage, connect_stage::done) << name;
        }
        for (const char* name : {"127.0.0.2", "example.org"}) {
            const tls_client tls = trusting(name);
            const connect_outcome outcome = co_await try_to_connect(peer, tls);
            EXPECT_EQ(outcome.stage, connect_stage::tls_handshake) << name;
            EXPECT_EQ(outcome.error.category(), asio::error::get_ssl_category()) << name;
            EXPECT_EQ(outcome.connection, nullptr);
        }
        co_await peer.stop();
    });
}

TEST_F(TlsTransport, AWrongCertificateIsAHandshakeFailureAsData) {
    scripted_peer peer(executor(), observing());
    const temporary_folder other;
    const certificate_files foreign = make_certificate(other.path());
    run([&]() -> asio::awaitable<void> {
        const tls_client tls({.trusted_certificate_path = foreign.certificate_path});
        const connect_outcome outcome = co_await try_to_connect(peer, tls);
        EXPECT_EQ(outcome.stage, connect_stage::tls_handshake);
        EXPECT_EQ(ERR_GET_REASON(static_cast<unsigned long>(outcome.error.value())),
                  SSL_R_CERTIFICATE_VERIFY_FAILED);
        EXPECT_EQ(outcome.connection, nullptr);
        EXPECT_EQ(log_.at(outcome.id).end, connection_end::closed_by_client);
        EXPECT_EQ(log_.open_count(), 0U);

        const tls_client gullible({.verification = tls_verification::none});
        EXPECT_EQ((co_await try_to_connect(peer, gullible)).stage, connect_stage::done);
        co_await peer.stop();
    });
}

TEST_F(TlsTransport, ASilentServerTimesOutAtTheHandshake) {
    scripted_peer peer(executor(),
                       [this](tcp::socket) -> asio::awaitable<void> { co_await until_released(); });
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        connector connections = connector_to(peer, &tls);
        const connect_outcome outcome =
            co_await connections.connect(connect_options(), clock::now() + 50ms);
        EXPECT_EQ(outcome.stage, connect_stage::tls_handshake);
        EXPECT_EQ(outcome.error, asio::error::timed_out);
        EXPECT_EQ(log_.at(outcome.id).end, connection_end::closed_by_client);
        EXPECT_FALSE(log_.at(outcome.id).server_closed);

        // Below TLS, the same port is as good as any.
        connect_options raw{.purpose = "raw", .tls = tls_use::never};
        const connect_outcome plain = co_await connections.connect(std::move(raw), soon());
        EXPECT_EQ(plain.stage, connect_stage::done);
        released_.open();
        co_await peer.stop();
    });
}

TEST_F(TlsTransport, AServerThatHangsUpInTheHandshakeIsLoggedAsClosing) {
    scripted_peer peer(executor(), [](tcp::socket socket) -> asio::awaitable<void> {
        std::array<char, 1024> hello{};
        co_await socket.async_read_some(asio::buffer(hello), asio::use_awaitable);
    });
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        const connect_outcome outcome = co_await try_to_connect(peer, tls);
        EXPECT_EQ(outcome.stage, connect_stage::tls_handshake);
        EXPECT_EQ(outcome.error, asio::error::eof);
        EXPECT_EQ(log_.at(outcome.id).end, connection_end::closed_by_server);
        EXPECT_TRUE(log_.at(outcome.id).server_closed);
        co_await peer.stop();
    });
}

TEST_F(TlsTransport, TellsATruncatedStreamFromAClosedOne) {
    scripted_peer truncating(
        executor(), after_handshake([](tls_stream&) -> asio::awaitable<void> { co_return; }));
    scripted_peer notifying(
        executor(), after_handshake([this](tls_stream& stream) -> asio::awaitable<void> {
            error_code error;
            co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
            co_await until_released();
        }));
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        const auto truncated = co_await connect(truncating, &tls);
        EXPECT_EQ((co_await truncated->read_some(buffer_, soon())).error, asio::error::eof);
        EXPECT_TRUE(truncated->truncated());
        EXPECT_EQ(truncated->row().end, connection_end::closed_by_server);
        EXPECT_EQ(co_await truncated->wait_for_server_close(soon()), server_close::end_of_stream);
        co_await truncating.stop();

        const auto notified = co_await connect(notifying, &tls);
        EXPECT_EQ((co_await notified->read_some(buffer_, soon())).error, asio::error::eof);
        EXPECT_FALSE(notified->truncated());
        EXPECT_EQ(notified->row().end, connection_end::closed_by_server);
        // It waits for our close_notify and holds its descriptor: that is not closed.
        EXPECT_EQ(co_await notified->wait_for_server_close(clock::now() + 20ms),
                  server_close::still_open);
        notified->close();
        released_.open();
        co_await notifying.stop();
    });
}

TEST_F(TlsTransport, WaitsForTheFinBehindTheCloseNotify) {
    scripted_peer peer(
        executor(), after_handshake([this](tls_stream& stream) -> asio::awaitable<void> {
            co_await asio::async_write(stream, asio::buffer("bye", 3), asio::use_awaitable);
            ::SSL_set_shutdown(stream.native_handle(), SSL_RECEIVED_SHUTDOWN);
            error_code error;
            co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
        }));
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        const auto connection = co_await connect(peer, &tls);
        EXPECT_EQ(co_await connection->wait_for_server_close(soon()), server_close::end_of_stream);
        EXPECT_FALSE(connection->truncated());
        co_await peer.stop();
    });
}

TEST_F(TlsTransport, AReadThatTimedOutCanBeRepeated) {
    scripted_peer peer(
        executor(), after_handshake([this](tls_stream& stream) -> asio::awaitable<void> {
            co_await until_released();
            co_await asio::async_write(stream, asio::buffer("late", 4), asio::use_awaitable);
            end_seen_ = co_await read_to_end(stream);
        }));
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        const auto connection = co_await connect(peer, &tls);
        transfer read = co_await connection->read_some(buffer_, clock::now() + 10ms);
        EXPECT_EQ(read.error, asio::error::timed_out);
        released_.open();
        read = co_await connection->read_some(buffer_, soon());
        EXPECT_EQ(std::string_view(buffer_.data(), read.bytes), "late");
        EXPECT_EQ((co_await connection->write("more", soon())).error, error_code());
        connection->close();
        co_await peer.stop();
        EXPECT_EQ(end_seen_, error_code(asio::error::eof));
    });
}

// Half a record may be on the wire: nothing that follows, close_notify included, would decrypt.
TEST_F(TlsTransport, AWriteThatTimedOutEndsTheWriting) {
    scripted_peer peer(executor(),
                       after_handshake([this](tls_stream& stream) -> asio::awaitable<void> {
                           co_await until_released();
                           end_seen_ = co_await read_to_end(stream);
                       }));
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        const auto connection = co_await connect(peer, &tls);
        const std::string bytes(std::size_t{64} * 1024 * 1024, 'x');
        const transfer written = co_await connection->write(bytes, clock::now() + 100ms);
        EXPECT_EQ(written.error, asio::error::timed_out);
        EXPECT_GT(written.bytes, 0U);
        EXPECT_EQ((co_await connection->write("x", soon())).error, asio::error::shut_down);
        EXPECT_EQ(connection->row().end, connection_end::open);
        released_.open();
        connection->close();
        co_await peer.stop();
        EXPECT_EQ(end_seen_, error_code(ssl::error::stream_truncated));
    });
}

TEST_F(TlsTransport, AHalfCloseComesWithoutCloseNotifyAndTheReplyArrives) {
    scripted_peer peer(
        executor(), after_handshake([this](tls_stream& stream) -> asio::awaitable<void> {
            end_seen_ = co_await read_to_end(stream);
            co_await asio::async_write(stream, asio::buffer("pong", 4), asio::use_awaitable);
        }));
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        const auto connection = co_await connect(peer, &tls);
        EXPECT_EQ(connection->half_close(), error_code());
        const transfer read = co_await connection->read_some(buffer_, soon());
        EXPECT_EQ(std::string_view(buffer_.data(), read.bytes), "pong");
        EXPECT_EQ(end_seen_, error_code(ssl::error::stream_truncated));
        co_await peer.stop();
    });
}

TEST_F(TlsTransport, AResetReachesTheServerWithoutCloseNotify) {
    scripted_peer peer(executor(), observing());
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        const auto connection = co_await connect(peer, &tls);
        EXPECT_EQ((co_await connection->write("ping", soon())).error, error_code());
        EXPECT_EQ(connection->reset(), error_code());
        co_await peer.stop();
        EXPECT_EQ(end_seen_, error_code(asio::error::connection_reset));
    });
}

TEST_F(TlsTransport, ACloseBetweenRecordsOfTheServerDoesNotWait) {
    scripted_peer peer(executor(), after_handshake([](tls_stream& stream) -> asio::awaitable<void> {
                           const std::string endless(std::size_t{64} * 1024 * 1024, 'x');
                           error_code stopped;
                           co_await asio::async_write(
                               stream, asio::buffer(endless),
                               asio::redirect_error(asio::use_awaitable, stopped));
                           EXPECT_TRUE(stopped);
                       }));
    run([&]() -> asio::awaitable<void> {
        const tls_client tls = trusting("localhost");
        const auto connection = co_await connect(peer, &tls);
        EXPECT_GT((co_await connection->read_some(buffer_, soon())).bytes, 0U);
        connection->close();
        EXPECT_FALSE(connection->is_open());
        co_await peer.stop();
    });
}

TEST_F(TlsTransport, TheKeyIsForItsOwnerOnly) {
    struct stat key {};
    ASSERT_EQ(::stat(files_.key_path.c_str(), &key), 0);
    EXPECT_EQ(key.st_mode & 0777U, 0600U);
    // A second certificate replaces the first, and is another one.
    const auto content = [](const std::string& path) {
        std::ifstream file(path);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    const std::string before = content(files_.certificate_path);
    make_certificate(folder_.path());
    EXPECT_NE(content(files_.certificate_path), before);
    EXPECT_EQ(before.find("-----BEGIN CERTIFICATE-----"), 0U);
}

TEST(TlsClient, SaysWhichCertificateItCannotRead) {
    const tls_client_options missing{.trusted_certificate_path = "/nonexistent/certificate.pem"};
    try {
        const tls_client client(missing);
        FAIL() << "it was read";
    } catch (const environment_error& failure) {
        EXPECT_NE(std::string(failure.what()).find("/nonexistent/certificate.pem"),
                  std::string::npos);
    }
    EXPECT_THROW(make_certificate("/nonexistent"), environment_error);
}

}  // namespace
}  // namespace stormdrain
