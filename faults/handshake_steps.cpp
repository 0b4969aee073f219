#include "faults/handshake_steps.hpp"

#include "harness/net/offline_handshake.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

using namespace std::string_view_literals;

// As a ClientHello of 512 bytes begins (RFC 8446 section 5.1). One of more than 2^14 bytes, which a
// plaintext record must not have, would be answered by an alert at once.
constexpr std::string_view record_header = "\x16\x03\x01\x02\x00"sv;
constexpr std::size_t read_bytes_max = std::size_t{16} * 1024;  // a record's worth

// "a whole ClientHello (517 bytes) sent"
asio::awaitable<std::string> send_bytes(strike_attempt& here, std::string_view bytes,
                                        std::string_view called) {
    const bool sent = co_await here.send(bytes);
    std::string moment;
    if (sent) {
        moment = std::string(called) + " (" + std::to_string(bytes.size()) + " bytes) sent";
    }
    co_return moment;
}

std::string why_no_flight(boost::system::error_code error) {
    return error == asio::error::timed_out
               ? std::string("no whole flight of the server came in time")
               : "the server ended the connection before its flight was whole: " + error.message();
}

asio::awaitable<std::string> read_server_flight(strike_attempt& here, offline_handshake& shaking) {
    std::vector<char> buffer(read_bytes_max);
    std::size_t received_bytes = 0;
    offline_handshake::progress now = offline_handshake::progress::wants_more;
    while (now != offline_handshake::progress::has_server_flight) {
        const transfer read = co_await here.connection().read_some(buffer, here.deadline());
        if (read.error == asio::error::operation_aborted) {
            throw boost::system::system_error(read.error);
        }
        if (read.error) {
            here.not_delivered(why_no_flight(read.error));
            co_return std::string();
        }
        received_bytes += read.bytes;
        now = shaking.take(std::string_view(buffer.data(), read.bytes));
        if (now == offline_handshake::progress::failed) {
            here.not_delivered("what the server sent is no handshake: " + shaking.failure());
            co_return std::string();
        }
        if (now == offline_handshake::progress::wants_another_hello) {
            const std::string another = shaking.output();
            const bool sent = co_await here.send(another);
            if (!sent) {
                co_return std::string();
            }
        }
    }
    co_return "the server's whole flight (" + std::to_string(received_bytes) + " bytes) received";
}

}  // namespace

asio::awaitable<std::string> go_into_handshake(strike_attempt& here, handshake_step until) {
    connect_options options;
    options.tls = tls_use::never;
    const bool is_connected = co_await here.connect(std::move(options));
    const tls_client* const tls = here.context().connections.port().tls;
    std::string moment;
    if (!is_connected) {
        co_return moment;
    }
    if (until == handshake_step::nothing) {
        moment = "connected, no byte sent";
    } else if (until == handshake_step::record_header) {
        moment = co_await send_bytes(here, record_header, "the header of a record");
    } else if (tls == nullptr) {
        here.unavailable("the port does not speak TLS");
    } else {
        offline_handshake shaking(*tls);
        moment = co_await send_bytes(here, shaking.client_hello(), "a whole ClientHello");
        if (!moment.empty() && until == handshake_step::server_flight) {
            moment = co_await read_server_flight(here, shaking);
        }
    }
    co_return moment;
}

}  // namespace stormdrain
