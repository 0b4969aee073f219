#include "harness/origin/origin_stream.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/origin/client_hello.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using name_table = std::unordered_map<const SSL*, std::string>;

// SSL_CTX_set_client_hello_cb(3)
int note_name(SSL* connection, int*, void* names) {
    const unsigned char* extension = nullptr;
    std::size_t length = 0;
    if (::SSL_client_hello_get0_ext(connection, TLSEXT_TYPE_server_name, &extension, &length) ==
        1) {
        (*static_cast<name_table*>(names))[connection] = server_name_in({extension, length});
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace

origin_tls::origin_tls(const std::string& certificate_path, const std::string& key_path)
    : context_(asio::ssl::context::tls_server) {
    error_code error;
    context_.use_certificate_chain_file(certificate_path, error);
    if (!error) {
        context_.use_private_key_file(key_path, asio::ssl::context::pem, error);
    }
    if (error) {
        throw environment_error("an origin cannot use " + certificate_path + ": " +
                                error.message());
    }
    ::SSL_CTX_set_client_hello_cb(context_.native_handle(), note_name, &names_);
}

std::string origin_tls::take_name(const SSL* connection) {
    const auto found = names_.find(connection);
    if (found == names_.end()) {
        return "";
    }
    std::string name = std::move(found->second);
    names_.erase(found);
    return name;
}

origin_stream::origin_stream(tcp::socket socket, origin_tls* tls)
    : socket_(std::move(socket)), tls_(tls), is_established_(tls == nullptr) {
    if (tls_ != nullptr) {
        secured_.emplace(socket_, tls_->context());
    }
}

origin_stream::~origin_stream() {
    if (secured_) {
        tls_->take_name(secured_->native_handle());  // of a handshake that was never finished
    }
}

asio::awaitable<error_code> origin_stream::handshake(time_point deadline) {
    if (!secured_) {
        co_return error_code();
    }
    auto shaking = secured_->async_handshake(asio::ssl::stream_base::server, asio::deferred);
    const transfer shaken = co_await before(deadline, std::move(shaking));
    sni_ = tls_->take_name(secured_->native_handle());
    is_established_ = !shaken.error;
    co_return shaken.error;
}

asio::awaitable<transfer> origin_stream::read_some(std::span<char> into, time_point deadline) {
    const auto buffer = asio::buffer(into.data(), into.size());
    if (secured_) {
        auto reading = secured_->async_read_some(buffer, asio::deferred);
        co_return co_await before(deadline, std::move(reading));
    }
    auto reading = socket_.async_read_some(buffer, asio::deferred);
    co_return co_await before(deadline, std::move(reading));
}

asio::awaitable<transfer> origin_stream::write(std::string_view bytes, time_point deadline) {
    if (secured_) {
        auto writing = asio::async_write(*secured_, asio::buffer(bytes), asio::deferred);
        co_return co_await before(deadline, std::move(writing));
    }
    auto writing = asio::async_write(socket_, asio::buffer(bytes), asio::deferred);
    co_return co_await before(deadline, std::move(writing));
}

void origin_stream::interrupt() {
    error_code ignored;  // nothing waits, or it is closed
    socket_.cancel(ignored);
}

void origin_stream::say_goodbye() {
    error_code ignored;  // the connection goes away in any case
    if (secured_ && is_established_) {
        socket_.non_blocking(true, ignored);
        secured_->shutdown(ignored);
        is_established_ = false;
    }
}

error_code origin_stream::half_close() {
    say_goodbye();
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    return error;
}

error_code origin_stream::reset() {
    error_code error;
    socket_.set_option(tcp::socket::linger(true, 0), error);
    error_code after_release;  // Linux releases the descriptor even then (close(2))
    socket_.close(after_release);
    return error;
}

void origin_stream::close() {
    if (is_open()) {
        say_goodbye();
        error_code after_release;  // Linux releases the descriptor even then (close(2))
        socket_.close(after_release);
    }
}

}  // namespace stormdrain
