#pragma once
// The parts of a scripted TLS server on one thread with the test: a certificate of its own, and a
// play for each connection. For tests only.

#include "harness/net/tls_client.hpp"
#include "harness/testing/scripted_peer.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/ssl.h>

#include <functional>
#include <string>
#include <utility>

namespace stormdrain {

class tls_script {
public:
    using stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
    using play = std::function<boost::asio::awaitable<void>(stream&)>;

    tls_script() {
        context_.use_certificate_chain_file(files_.certificate_path);
        context_.use_private_key_file(files_.key_path, boost::asio::ssl::context::pem);
    }

    boost::asio::ssl::context& context() { return context_; }

    // Agrees to this protocol whatever is offered, if anything is.
    void agree_to(const std::string& protocol) {
        protocol_ = static_cast<char>(protocol.size()) + protocol;
        ::SSL_CTX_set_alpn_select_cb(context_.native_handle(), choose, &protocol_);
    }

    tls_client_options trusting() const {
        tls_client_options options;
        options.trusted_certificate_path = files_.certificate_path;
        options.server_name = "localhost";
        return options;
    }

    // Plays behind a handshake that went well.
    scripted_peer::script behind_handshake(play what) {
        return [this, what = std::move(what)](
                   boost::asio::ip::tcp::socket socket) -> boost::asio::awaitable<void> {
            stream secured(std::move(socket), context_);
            boost::system::error_code error;
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
            co_await secured.async_handshake(boost::asio::ssl::stream_base::server,
                                             std::move(token));
            if (!error) {
                co_await what(secured);
            }
        };
    }

private:
    static int choose(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                      const unsigned char*, unsigned int, void* protocol) {
        const auto& name = *static_cast<const std::string*>(protocol);
        *chosen = reinterpret_cast<const unsigned char*>(name.data()) + 1;
        *chosen_bytes = static_cast<unsigned char>(name.size() - 1);
        return SSL_TLSEXT_ERR_OK;
    }

    temporary_folder folder_;
    certificate_files files_ = make_certificate(folder_.path());
    boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
    std::string protocol_;
};

}  // namespace stormdrain
