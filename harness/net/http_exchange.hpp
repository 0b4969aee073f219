#pragma once
// One request and its response on a connection, whole or only the first part of it. What happened
// is written down, not judged; nothing is tried twice.

#include "harness/base/time.hpp"
#include "harness/net/http_request.hpp"
#include "harness/net/response_parser.hpp"
#include "harness/net/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

// A request's bytes, made once and sent many times.
struct rendered_request {
    std::string text;            // head and body
    std::size_t head_bytes = 0;  // of them, up to and with the empty line
    response_parser::request_kind kind = response_parser::request_kind::has_body;

    bool has_body() const { return text.size() > head_bytes; }
};

rendered_request render(const route& what, std::string_view authority, connection_use use);

// Why no more of a response is read.
enum class exchange_end {
    whole,          // the response is complete
    reset,          // ECONNRESET or EPIPE before that
    end_of_stream,  // the server's FIN before that
    timed_out,      // the deadline passed before that
    malformed,      // the bytes were not HTTP/1.1, or (TLS) not a record of the session
};

// What a failed read or write ended; whoever is cancelled is asked first.
exchange_end end_for(boost::system::error_code error);

struct exchange_report {
    std::optional<exchange_end> end;  // empty: still going on
    time_point write_began{};
    std::optional<time_point> all_sent;
    std::optional<time_point> first_byte_received;
    time_point ended{};
    std::uint64_t response_bytes = 0;  // head and body
    bool persists = false;             // another request may follow on the connection
    std::string error;                 // what the system or the parser said
};

class http_exchange {
public:
    static constexpr std::size_t read_bytes_max = 16 * 1024;  // a TLS record's worth

    // Both must outlive the exchange. One read takes `read_bytes` at most.
    http_exchange(transport& connection, const rendered_request& request,
                  std::size_t read_bytes = read_bytes_max);
    http_exchange(const http_exchange&) = delete;
    http_exchange& operator=(const http_exchange&) = delete;

    // Called once the request is out and no byte of the answer came; and when the answer has begun
    // and is not whole.
    std::function<void()> on_awaiting_first_byte;
    std::function<void()> on_mid_response;

    // The whole exchange. A body is sent while the answer is read already: a server may answer
    // before it has everything, and an echo larger than the socket buffers would block both.
    boost::asio::awaitable<void> run(time_point deadline);

    // Its parts, for those who stop half-way. A request that could not be sent whole may have been
    // answered nevertheless: receive() finds out.
    boost::asio::awaitable<void> send(time_point deadline);
    boost::asio::awaitable<void> receive(time_point deadline);
    // One read, unless the exchange is over.
    boost::asio::awaitable<void> receive_some(time_point deadline);

    bool is_over() const { return report_.end.has_value(); }
    const exchange_report& report() const { return report_; }
    const response_parser& response() const { return parser_; }

private:
    void take(std::string_view bytes);
    void fail(boost::system::error_code error);
    void finish(exchange_end end);

    transport& connection_;
    const rendered_request& request_;
    response_parser parser_;
    exchange_report report_;
    boost::system::error_code send_error_;
    std::size_t read_bytes_;
    std::unique_ptr<char[]> buffer_;  // on the heap: coroutine frames hold exchanges
};

}  // namespace stormdrain
