// The TLS manner of a load, as its server sees it.

#include "harness/load/load_generator.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <openssl/ssl.h>

#include <set>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using namespace std::chrono_literals;

class LoadOverTls : public io_fixture {
protected:
    LoadOverTls() {
        server_.use_certificate_chain_file(files_.certificate_path);
        server_.use_private_key_file(files_.key_path, ssl::context::pem);
        profile_.clients_count = 2;
        profile_.requests_per_client = 3;
        profile_.requests_per_connection = 1;
    }

    request_tally run_against_correct_server() {
        const auto correct = [this](tcp::socket socket) -> asio::awaitable<void> {
            ssl::stream<tcp::socket> stream(std::move(socket), server_);
            boost::system::error_code error;
            auto token = asio::redirect_error(asio::use_awaitable, error);
            co_await stream.async_handshake(ssl::stream_base::server, std::move(token));
            if (!error) {
                versions_.insert(::SSL_get_version(stream.native_handle()));
                co_await serve_correctly(stream);
            }
        };
        scripted_peer peer(executor(), correct);
        tls_client_options options;
        options.trusted_certificate_path = files_.certificate_path;
        options.server_name = "localhost";
        const tls_client tls(options);
        port_address port;
        port.name = "https";
        port.where = peer.where();
        port.tls = &tls;
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, clock_, {route()}, profile_);
        run([&]() -> asio::awaitable<void> {
            co_await load.run(clock::now() + 10s);
            co_await peer.stop();
        });
        return load.tally();
    }

    temporary_folder folder_;
    certificate_files files_ = make_certificate(folder_.path());
    ssl::context server_{ssl::context::tls_server};
    std::set<std::string> versions_;
    cycle_clock clock_;
    connection_log log_{clock_};
    load_profile profile_;
};

TEST_F(LoadOverTls, MakesFullHandshakesUnlessTold) {
    const request_tally tally = run_against_correct_server();
    EXPECT_EQ(tally.ordinary, 6U);
    EXPECT_EQ(tally.handshake_time.count(), 6U);
    EXPECT_EQ(tally.handshakes_resumed, 0U);
}

TEST_F(LoadOverTls, ResumesTheSessionOfEachClientsConnectionBefore) {
    profile_.tls.resumes = true;
    for (const tls_version version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
        profile_.tls.version = version;
        const request_tally tally = run_against_correct_server();
        EXPECT_EQ(tally.ordinary, 6U);
        EXPECT_EQ(tally.handshake_time.count(), 6U);
        EXPECT_EQ(tally.handshakes_resumed, 4U);  // all but each client's first
    }
}

TEST_F(LoadOverTls, SpeaksTheVersionOfTheProfile) {
    profile_.tls.version = tls_version::tls_1_2;
    const request_tally tally = run_against_correct_server();
    EXPECT_EQ(tally.ordinary, 6U);
    EXPECT_EQ(versions_, (std::set<std::string>{"TLSv1.2"}));
}

}  // namespace
}  // namespace stormdrain
