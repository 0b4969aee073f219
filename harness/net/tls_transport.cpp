#include "harness/net/open_transport.hpp"
#include "harness/net/paced_socket.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// 0: whatever both sides know.
int number_of(tls_version version) {
    switch (version) {
        case tls_version::tls_1_2:
            return TLS1_2_VERSION;
        case tls_version::tls_1_3:
            return TLS1_3_VERSION;
        case tls_version::any:
            break;
    }
    return 0;
}

class tls_transport : public transport {
public:
    tls_transport(stream_socket socket, connection_row& row, const cycle_clock& cycle_time,
                  const tls_client& client, turnstile& turns)
        : transport(std::move(socket), row, cycle_time),
          turns_(turns),
          stream_(paced_socket(socket_, turns), client.context()) {}

    asio::awaitable<error_code> handshake(const tls_client& client, tls_handshake_wish wish,
                                          time_point deadline) {
        error_code error = set_server_name(stream_.native_handle(), client.options());
        if (!error) {
            error = ask_for(wish);
        }
        if (!error) {
            // Whether it came or the deadline did, the handshake's own operation will tell.
            co_await before(deadline, turns_.async_turn(asio::deferred));
            auto shaking = stream_.async_handshake(asio::ssl::stream_base::client, asio::deferred);
            error = learn_from_read((co_await before(deadline, std::move(shaking))).error);
        }
        stream_.next_layer().go_freely();
        if (!error && agreed_protocol() != wish.protocol && !wish.protocol.empty()) {
            error = asio::error::no_protocol_option;
        }
        can_send_ = !error;
        co_return error;
    }

    bool is_resumed() { return ::SSL_session_reused(stream_.native_handle()) == 1; }

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
    error_code ask_for(tls_handshake_wish wish) {
        session_ = wish.session;
        SSL* const tls = stream_.native_handle();
        if (session_ != nullptr) {
            session_->offer_to(tls);  // or the first handshake of this client, which is a full one
        }
        const int version = number_of(wish.version);
        const std::string offered = static_cast<char>(wish.protocol.size()) + wish.protocol;
        // 0 is success here, unlike everywhere else (SSL_set_alpn_protos(3)).
        if (!wish.protocol.empty() &&
            ::SSL_set_alpn_protos(tls, reinterpret_cast<const unsigned char*>(offered.data()),
                                  static_cast<unsigned int>(offered.size())) != 0) {
            return asio::error::no_protocol_option;
        }
        const bool taken = version == 0 || (::SSL_set_min_proto_version(tls, version) == 1 &&
                                            ::SSL_set_max_proto_version(tls, version) == 1);
        return taken ? error_code() : error_code(asio::error::no_protocol_option);
    }

    std::string_view agreed_protocol() {
        const unsigned char* name = nullptr;
        unsigned int length = 0;
        ::SSL_get0_alpn_selected(stream_.native_handle(), &name, &length);
        return {reinterpret_cast<const char*>(name), length};
    }

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
            if (session_ != nullptr) {
                session_->take_from(stream_.native_handle());
            }
            return;
        }
        // A close_notify behind half a record, or behind our FIN, would be noise.
        constexpr std::size_t read_bytes_max = std::size_t{16} * 1024;
        std::vector<char> dropped(read_bytes_max);
        socket_.read_some(asio::buffer(dropped), ignored);
    }

    turnstile& turns_;  // until the handshake is over; it may be gone then
    asio::ssl::stream<paced_socket> stream_;
    tls_session* session_ = nullptr;  // null: nobody wants to resume
    bool can_send_ = false;           // after the handshake, and while every record was sent whole
};

}  // namespace

asio::awaitable<tls_outcome> open_tls(stream_socket socket, connection_row& row,
                                      const cycle_clock& cycle_time, const tls_client& client,
                                      tls_handshake_wish wish, turnstile& turns,
                                      time_point deadline) {
    auto made = std::make_unique<tls_transport>(std::move(socket), row, cycle_time, client, turns);
    tls_outcome outcome;
    outcome.error = co_await made->handshake(client, wish, deadline);
    if (outcome.error) {
        made->close();
    } else {
        outcome.resumed = made->is_resumed();
        outcome.connection = std::move(made);
    }
    co_return outcome;
}

}  // namespace stormdrain
