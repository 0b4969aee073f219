#pragma once
// For tests of faults only: a target that speaks TLS.

#include "faults/fault_fixture.hpp"
#include "harness/net/tls_client.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace stormdrain {

class tls_fault_fixture : public fault_fixture {
protected:
    using tls_stream = boost::asio::ssl::stream<tcp_socket>;

    tls_fault_fixture() {
        server_.use_certificate_chain_file(certificate_.certificate_path);
        server_.use_private_key_file(certificate_.key_path, boost::asio::ssl::context::pem);
        tls_ = &client_;
    }

    static tls_client_options trusting(const certificate_files& files) {
        tls_client_options options;
        options.trusted_certificate_path = files.certificate_path;
        options.server_name = "localhost";
        return options;
    }

    // Says how its handshake ended.
    boost::asio::awaitable<boost::system::error_code> accept_handshake(tls_stream& stream) {
        boost::system::error_code error;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
        co_await stream.async_handshake(boost::asio::ssl::stream_base::server, std::move(token));
        co_return error;
    }

    scripted_peer::script correct_tls_server() {
        return [this](tcp_socket socket) -> boost::asio::awaitable<void> {
            tls_stream stream(std::move(socket), server_);
            handshake_error_ = co_await accept_handshake(stream);
            if (!handshake_error_) {
                co_await serve_correctly(stream);
            }
        };
    }

    temporary_folder folder_;
    certificate_files certificate_ = make_certificate(folder_.path());
    boost::asio::ssl::context server_{boost::asio::ssl::context::tls_server};
    tls_client client_{trusting(certificate_)};
    boost::system::error_code handshake_error_;  // of the server's last one
};

}  // namespace stormdrain
