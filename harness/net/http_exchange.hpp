#pragma once
// One request and its response on a connection, whole or only the first part of it: of HTTP/1.1, or
// one run of a script. What happened is written down, not judged; nothing is tried twice.

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
#include <span>
#include <string>
#include <string_view>

namespace stormdrain {

// A request's bytes, made once and sent many times.
struct rendered_request {
    std::string text;            // head and body; of a script: all that a new connection says first
    std::size_t head_bytes = 0;  // of them, up to and with the empty line; of a script: of one send
    response_parser::request_kind kind = response_parser::request_kind::has_body;
    std::shared_ptr<const script_turns> turns = nullptr;  // of a script

    bool has_body() const { return text.size() > head_bytes; }
};

rendered_request render(const route& what, std::string_view authority, connection_use use);

// Why no more of a response is read.
enum class exchange_end {
    whole,          // the response is complete
    reset,          // ECONNRESET or EPIPE before that
    end_of_stream,  // the server's FIN before that
    timed_out,      // the deadline passed before that
    malformed,      // the bytes were not HTTP/1.1 (or not what the script expects), or (TLS) not a
                    // record of the session
    held_back,      // not all clients came to a barrier of the script: the server was not asked
};

// What a failed read or write ended; whoever is cancelled is asked first.
exchange_end end_for(boost::system::error_code error);

// Of a script: of the turn that was the last one to begin.
struct exchange_report {
    std::optional<exchange_end> end;  // empty: still going on
    time_point write_began{};
    std::optional<time_point> all_sent;
    std::optional<time_point> first_byte_received;
    time_point ended{};
    std::uint64_t response_bytes = 0;  // head and body
    bool persists = false;             // another request may follow on the connection
    std::string error;                 // what the system or the parser said
    std::uint32_t turns_done = 0;      // of a script: those before
    duration idle_before{};            // between the answer of the one before and write_began
};

class http_exchange {
public:
    static constexpr std::size_t read_bytes_max = 16 * 1024;  // a TLS record's worth

    // Both must outlive the exchange. One read takes `read_bytes` at most.
    http_exchange(transport& connection, const rendered_request& request,
                  std::size_t read_bytes = read_bytes_max);
    http_exchange(const http_exchange&) = delete;
    http_exchange& operator=(const http_exchange&) = delete;

    // Waits until all clients of a load are at the barrier; false: they are not. Without it nobody
    // else is there, and all pass.
    std::function<boost::asio::awaitable<bool>(std::string name)> at_barrier;

    // Called once the request is out and no byte of the answer came; and when the answer has begun
    // and is not whole.
    std::function<void()> on_awaiting_first_byte;
    std::function<void()> on_mid_response;

    // The whole exchange. A body is sent while the answer is read already: a server may answer
    // before it has everything, and an echo larger than the socket buffers would block both.
    boost::asio::awaitable<void> run(time_point deadline);

    // Its parts, for those who stop half-way. A request that could not be sent whole may have been
    // answered nevertheless: receive() finds out. Of a script, all turns but the last are over when
    // its request is sent. Whoever sends the request's text by himself only receives.
    boost::asio::awaitable<void> send(time_point deadline);
    boost::asio::awaitable<void> receive(time_point deadline);
    // One read, unless the exchange is over.
    boost::asio::awaitable<void> receive_some(time_point deadline);

    bool is_over() const { return report_.end.has_value(); }
    const exchange_report& report() const { return report_; }
    const response_parser& response() const { return parser_; }

private:
    bool is_last_turn() const;
    boost::asio::awaitable<void> write(std::string_view text, time_point deadline);
    boost::asio::awaitable<void> send_turns(time_point deadline);
    boost::asio::awaitable<void> begin_turn(time_point deadline);
    boost::asio::awaitable<void> hold_back(script_step step);
    boost::asio::awaitable<void> next_turn(time_point deadline);
    boost::asio::awaitable<transfer> read(time_point deadline);
    time_point put_off(time_point deadline) const;
    void all_is_sent();
    void take(std::string_view bytes);
    void fail(boost::system::error_code error);
    void finish(exchange_end end);

    transport& connection_;
    const rendered_request& request_;
    std::span<const script_turn> turns_;  // none: HTTP
    std::size_t turn_ = 0;
    bool sends_itself_ = false;
    bool turn_is_whole_ = false;
    std::string early_;     // received behind the answer of the turn before
    duration held_back_{};  // by the script's own waits, which are not the server's
    response_parser parser_;
    exchange_report report_;
    boost::system::error_code send_error_;
    std::size_t read_bytes_;
    std::unique_ptr<char[]> buffer_;  // on the heap: coroutine frames hold exchanges
};

}  // namespace stormdrain
