#pragma once
// One client's connection: reads requests, answers them in order, and knows what a stop means to
// it. How a request is answered, a class of its own may say otherwise.

#include "servers/reference/behaviour.hpp"
#include "servers/reference/channel.hpp"
#include "servers/reference/http2_connection.hpp"
#include "servers/reference/metrics.hpp"
#include "servers/reference/options.hpp"
#include "servers/reference/request_head.hpp"
#include "servers/reference/response.hpp"
#include "servers/reference/service.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reference {

// What the connections of one server share; it outlives them.
struct connection_context {
    boost::asio::any_io_executor executor;
    const server_options& options;
    const behaviour& conduct;
    deadline_queue& deadlines;
    metrics& counted;
    date_text& date;
    std::span<char> scratch;  // for one read at a time: nobody keeps it across a wait
    std::function<void()> request_stop;
    std::function<void()> handshake_over;  // well or not
    bool speaks_http2 = false;
};

// An accepted socket and what is spoken over it.
struct accepted_socket {
    stream_socket socket;
    std::unique_ptr<stream> bytes;
    connection_phase first_phase = connection_phase::silent;  // handshaking: TLS
};

class connection : public session {
public:
    connection(const connection_context& context, accepted_socket accepted);

    boost::asio::awaitable<void> serve() override;
    void stop() override;
    void force_close() override;

protected:
    enum class ending { quiet, announced };

    // A whole head, whose bytes are still the first of input_. False: the connection is over.
    virtual boost::asio::awaitable<bool> answer(head_result parsed);
    // Always false. `method` HEAD: without body.
    boost::asio::awaitable<bool> refuse(int status, std::string_view method = "GET");
    // What every failed read or write comes to.
    boost::asio::awaitable<void> end_after(outcome what);
    void count_response(int status);

    const connection_context& context_;
    channel channel_;
    connection_phase phase_;
    ending ending_ = ending::quiet;
    bool stopping_ = false;
    std::string input_;  // received, not yet used

private:
    boost::asio::awaitable<bool> complete_handshake();
    boost::asio::awaitable<void> await_first_turn();
    boost::asio::awaitable<bool> serve_request();
    // All of them, in HTTP/2.
    boost::asio::awaitable<void> serve_http2();
    bool has_http2_preface() const;
    // Empty: the connection is over.
    boost::asio::awaitable<std::optional<head_result>> read_head();
    // 200, the status to refuse the request with, or 0: the connection is over.
    boost::asio::awaitable<int> read_body(request_head head);
    boost::asio::awaitable<int> read_body_pieces(request_head head);
    // False: the connection is over.
    boost::asio::awaitable<bool> handle(const response& answer);
    boost::asio::awaitable<bool> reply(request_head head, response answer);
    // Always false, all three.
    boost::asio::awaitable<bool> serve_upgraded(std::string_view protocol,
                                                std::string websocket_key);
    boost::asio::awaitable<bool> serve_tunnel();
    boost::asio::awaitable<bool> serve_websocket(std::string key);
    bool may_leave_websocket() const;
    boost::asio::awaitable<outcome> send_first(std::string_view head, std::string_view text);
    boost::asio::awaitable<outcome> send_body(const response& answer);
    // The stop has come, and what the connection does now does not put it off.
    bool stops_now() const;
    boost::asio::awaitable<void> after_end_of_stream();
    bool waits_for_close_notify() const;
    void request_begins();
    // A wait for more of the request: until then, or until all of it has to be there.
    time_point within_request(time_point wanted) const;

    const bool is_tls_;
    std::unique_ptr<http2_connection> http2_;  // once the client speaks it
    bool is_websocket_ = false;
    bool served_one_ = false;
    time_point idle_deadline_ = never;  // of the connection before its request
    time_point request_deadline_ = never;
    std::string body_;
};

}  // namespace reference
