#include "harness/net/open_transport.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

error_code last_tls_error() {
    return {static_cast<int>(::ERR_get_error()), asio::error::get_ssl_category()};
}

// Says which server is meant: in the handshake (SNI) and to the verification.
error_code set_server_name(SSL* tls, const tls_client_options& options) {
    const std::string& name = options.server_name;
    if (name.empty()) {
        return {};
    }
    error_code not_an_address;
    asio::ip::make_address(name, not_an_address);
    if (!not_an_address) {
        // RFC 6066 section 3: literal addresses are not permitted in SNI.
        X509_VERIFY_PARAM* const verified = ::SSL_get0_param(tls);
        const bool taken = ::X509_VERIFY_PARAM_set1_ip_asc(verified, name.c_str()) == 1;
        return taken ? error_code() : last_tls_error();
    }
    std::string sni = name;  // what the macro SSL_set_tlsext_host_name() does, without its C casts
    const bool taken =
        ::SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data()) == 1 &&
        ::SSL_set1_host(tls, name.c_str()) == 1;
    return taken ? error_code() : last_tls_error();
}

class tls_transport : public transport {
public:
    tls_transport(tcp::socket socket, connection_row& row, const cycle_clock& cycle_time,
                  const tls_client& client)
        : transport(std::move(socket), row, cycle_time), stream_(socket_, client.context()) {}

    asio::awaitable<error_code> handshake(const tls_client& client, time_point deadline) {
        error_code error = set_server_name(stream_.native_handle(), client.options());
        if (!error) {
            auto shaking = stream_.async_handshake(asio::ssl::stream_base::client, asio::deferred);
            error = learn_from_read((co_await before(deadline, std::move(shaking))).error);
        }
        can_send_ = !error;
        co_return error;
    }

    asio::awaitable<transfer> read_some(std::span<char> into, time_point deadline) override {
        if (tcp_end_) {
            const transfer ended{0, *tcp_end_};
            co_return ended;
        }
        auto reading =
            stream_.async_read_some(asio::buffer(into.data(), into.size()), asio::deferred);
        transfer read = co_await before(deadline, std::move(reading));
        read.error = learn_from_read(read.error);
        co_return read;
    }

    asio::awaitable<transfer> write(std::string_view bytes, time_point deadline) override {
        if (!can_send_) {
            const transfer refused{0, asio::error::shut_down};
            co_return refused;
        }
        auto writing = asio::async_write(stream_, asio::buffer(bytes), asio::deferred);
        can_send_ = false;  // until it is known that no record was cut, also by an exception
        const transfer written = co_await before(deadline, std::move(writing));
        note(written.error);
        can_send_ = !written.error;
        co_return written;
    }

private:
    // The server's FIN is "eof", as it is without TLS. So is its close_notify, behind which the
    // connection may live on.
    error_code learn_from_read(error_code error) {
        if (error == asio::ssl::error::stream_truncated) {
            truncated_ = true;
            error = asio::error::eof;
            note_read(error);
        } else if (error == asio::error::eof) {
            note(error);
        } else {
            note_read(error);
        }
        return error;
    }

    // Best effort, so errors do not matter here: the connection goes away in any case.
    void say_goodbye() override {
        error_code ignored;
        socket_.non_blocking(true, ignored);
        if (ignored) {
            return;
        }
        // What has arrived is taken, session tickets above all that nobody asked for: unread, they
        // would turn our FIN into RST (RFC 2525 section 2.17).
        if (can_send_ && !row_.half_closed) {
            stream_.shutdown(ignored);  // takes it behind the close_notify
            return;
        }
        // A close_notify behind half a record, or behind our FIN, would be noise.
        constexpr std::size_t read_bytes_max = std::size_t{16} * 1024;
        std::vector<char> dropped(read_bytes_max);
        socket_.read_some(asio::buffer(dropped), ignored);
    }

    asio::ssl::stream<tcp::socket&> stream_;
    bool can_send_ = false;  // after the handshake, and while every record was sent whole
};

}  // namespace

asio::awaitable<tls_outcome> open_tls(tcp::socket socket, connection_row& row,
                                      const cycle_clock& cycle_time, const tls_client& client,
                                      time_point deadline) {
    auto made = std::make_unique<tls_transport>(std::move(socket), row, cycle_time, client);
    tls_outcome outcome;
    outcome.error = co_await made->handshake(client, deadline);
    if (outcome.error) {
        made->close();
    } else {
        outcome.connection = std::move(made);
    }
    co_return outcome;
}

}  // namespace stormdrain
