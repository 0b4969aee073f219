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
using progress = offline_handshake::progress;

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

// "3 of 517 bytes of a ClientHello sent"
asio::awaitable<std::string> send_part(strike_attempt& here, const std::string& whole,
                                       std::uint64_t cut_bytes, std::string_view called) {
    const std::string part = cut_off(here, whole, cut_bytes, called);
    bool sent = false;
    if (!part.empty()) {
        sent = co_await here.send(part);
    }
    std::string moment;
    if (sent) {
        moment = std::to_string(part.size()) + " of " + std::to_string(whole.size()) +
                 " bytes of " + std::string(called) + " sent";
    }
    co_return moment;
}

std::string why_no_flight(boost::system::error_code error) {
    return error == asio::error::timed_out
               ? std::string("no whole flight of the server came in time")
               : "the server ended the connection before its flight was whole: " + error.message();
}

// Says how many bytes came until then; 0: it does not get there, and the reason is noted.
asio::awaitable<std::size_t> read_until(strike_attempt& here, offline_handshake& shaking,
                                        progress wanted) {
    std::vector<char> buffer(read_bytes_max);
    std::size_t received_bytes = 0;
    progress now = progress::wants_more;
    while (now != wanted) {
        const transfer read = co_await here.connection().read_some(buffer, here.deadline());
        if (read.error == asio::error::operation_aborted) {
            throw boost::system::system_error(read.error);
        }
        if (read.error) {
            here.not_delivered(why_no_flight(read.error));
            co_return std::size_t{0};
        }
        received_bytes += read.bytes;
        now = shaking.take(std::string_view(buffer.data(), read.bytes));
        if (now == progress::failed) {
            here.not_delivered("what the server sent is no handshake: " + shaking.failure());
            co_return std::size_t{0};
        }
        if (now == progress::wants_another_hello) {
            const std::string another = shaking.output();
            const bool sent = co_await here.send(another);
            if (!sent) {
                co_return std::size_t{0};
            }
        }
    }
    co_return received_bytes;
}

asio::awaitable<std::string> read_server_flight(strike_attempt& here, offline_handshake& shaking) {
    const std::size_t received_bytes =
        co_await read_until(here, shaking, progress::has_server_flight);
    std::string moment;
    if (received_bytes != 0) {
        moment =
            "the server's whole flight (" + std::to_string(received_bytes) + " bytes) received";
    }
    co_return moment;
}

// From the ClientHello on.
asio::awaitable<std::string> shake(strike_attempt& here, offline_handshake& shaking,
                                   way_into_handshake way) {
    std::string moment;
    if (way.until == handshake_step::amid_client_hello) {
        moment = co_await send_part(here, shaking.client_hello(), way.cut_bytes, "a ClientHello"sv);
        co_return moment;
    }
    moment = co_await send_bytes(here, shaking.client_hello(), "a whole ClientHello"sv);
    if (!moment.empty() && way.until != handshake_step::client_hello) {
        moment = co_await read_server_flight(here, shaking);
    }
    if (!moment.empty() && way.until == handshake_step::amid_second_flight) {
        const std::string second_flight = shaking.output();
        moment = co_await send_part(here, second_flight, way.cut_bytes, "our second flight"sv);
    }
    co_return moment;
}

asio::awaitable<bool> connect_raw(strike_attempt& here) {
    connect_options options;
    options.tls = tls_use::never;
    const bool is_connected = co_await here.connect(std::move(options));
    co_return is_connected;
}

}  // namespace

bool is_amid(handshake_step last) {
    return last == handshake_step::amid_client_hello || last == handshake_step::amid_second_flight;
}

asio::awaitable<std::string> go_into_handshake(strike_attempt& here, way_into_handshake way) {
    const bool is_connected = co_await connect_raw(here);
    const tls_client* const tls = here.context().connections.port().tls;
    std::string moment;
    if (!is_connected) {
        co_return moment;
    }
    if (way.until == handshake_step::nothing) {
        moment = "connected, no byte sent";
    } else if (way.until == handshake_step::record_header) {
        moment = co_await send_bytes(here, record_header, "the header of a record"sv);
    } else if (tls == nullptr) {
        here.unavailable("the port does not speak TLS");
    } else {
        offline_handshake shaking(*tls);
        moment = co_await shake(here, shaking, way);
    }
    co_return moment;
}

asio::awaitable<bool> go_to_server_flight(strike_attempt& here, offline_handshake& shaking) {
    const bool is_connected = co_await connect_raw(here);
    if (!is_connected) {
        co_return false;
    }
    way_into_handshake way;
    way.until = handshake_step::server_flight;
    const std::string moment = co_await shake(here, shaking, way);
    co_return !moment.empty();
}

asio::awaitable<bool> go_through_handshake(strike_attempt& here, offline_handshake& shaking) {
    const bool is_there = co_await go_to_server_flight(here, shaking);
    if (!is_there) {
        co_return false;
    }
    const std::string second_flight = shaking.output();
    bool goes_on = co_await here.send(second_flight);
    if (goes_on && !shaking.is_complete()) {
        const std::size_t received_bytes = co_await read_until(here, shaking, progress::complete);
        goes_on = received_bytes != 0;
    }
    co_return goes_on;
}

std::string cut_off(strike_attempt& here, const std::string& whole, std::uint64_t cut_bytes,
                    std::string_view called) {
    if (cut_bytes >= whole.size()) {
        here.not_delivered(std::string(called) + " of " + std::to_string(whole.size()) +
                           " bytes cannot be cut behind " + std::to_string(cut_bytes));
        return {};
    }
    const std::uint64_t seeded = 1 + here.context().random.below(whole.size() - 1);
    return whole.substr(0, cut_bytes != 0 ? cut_bytes : seeded);
}

}  // namespace stormdrain
