#pragma once
// The origin's end of one connection, plain or TLS. What the proxy does comes back as data.

#include "harness/base/deadline.hpp"
#include "harness/base/time.hpp"
#include "harness/net/key_log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace stormdrain {

// The server side of TLS for one origin: its certificate, and what each client hello named.
class origin_tls {
public:
    // Throws environment_error when the files cannot be read.
    origin_tls(const std::string& certificate_path, const std::string& key_path);
    origin_tls(const origin_tls&) = delete;
    origin_tls& operator=(const origin_tls&) = delete;

    boost::asio::ssl::context& context() { return context_; }
    // Of all connections from now on, into the log, which outlives them.
    void note_secrets(key_log& into) { into.listen_to(context_.native_handle()); }
    // What that client hello named, given away; empty: nothing.
    std::string take_name(const SSL* connection);

private:
    boost::asio::ssl::context context_;
    std::unordered_map<const SSL*, std::string> names_;  // of handshakes under way
};

class origin_stream {
public:
    // `tls` null: plain.
    origin_stream(boost::asio::ip::tcp::socket socket, origin_tls* tls);
    origin_stream(const origin_stream&) = delete;
    origin_stream& operator=(const origin_stream&) = delete;
    ~origin_stream();

    // Does nothing on a plain one. Afterwards the SNI is known.
    boost::asio::awaitable<boost::system::error_code> handshake(time_point deadline);
    const std::string& sni() const { return sni_; }

    boost::asio::awaitable<transfer> read_some(std::span<char> into, time_point deadline);
    boost::asio::awaitable<transfer> write(std::string_view bytes, time_point deadline);

    // Makes what waits on the stream return operation_aborted.
    void interrupt();
    // FIN, behind a close_notify over TLS; reading goes on.
    boost::system::error_code half_close();
    // RST: SO_LINGER with zero, then close (socket(7)).
    boost::system::error_code reset();
    void close();
    bool is_open() const { return socket_.is_open(); }
    boost::asio::any_io_executor executor() { return socket_.get_executor(); }

private:
    void say_goodbye();

    boost::asio::ip::tcp::socket socket_;
    origin_tls* tls_ = nullptr;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> secured_;
    std::string sni_;
    bool is_established_ = false;
};

}  // namespace stormdrain
