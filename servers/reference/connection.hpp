#pragma once
// One client's connection: reads requests, answers them in order, and knows what a stop means to
// it. How a request is answered, a class of its own may say otherwise.

#include "servers/reference/behaviour.hpp"
#include "servers/reference/channel.hpp"
#include "servers/reference/metrics.hpp"
#include "servers/reference/options.hpp"
#include "servers/reference/request_head.hpp"
#include "servers/reference/response.hpp"
#include "servers/reference/service.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

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
};

// An accepted socket and what is spoken over it.
struct accepted_socket {
    boost::asio::ip::tcp::socket socket;
    std::unique_ptr<stream> bytes;
    connection_phase first_phase = connection_phase::idle;  // handshaking: TLS
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
    boost::asio::awaitable<bool> serve_request();
    // Empty: the connection is over.
    boost::asio::awaitable<std::optional<head_result>> read_head();
    // 200, the status to refuse the request with, or 0: the connection is over.
    boost::asio::awaitable<int> read_body(request_head head);
    boost::asio::awaitable<int> read_body_pieces(request_head head);
    // False: the connection is over.
    boost::asio::awaitable<bool> handle(const response& answer);
    boost::asio::awaitable<bool> reply(request_head head, response answer);
    // Always false.
    boost::asio::awaitable<bool> serve_tunnel();
    boost::asio::awaitable<outcome> send_first(std::string_view head, std::string_view text);
    boost::asio::awaitable<outcome> send_body(const response& answer);
    bool stops_idle() const;

    bool served_one_ = false;
    std::string body_;
};

}  // namespace reference
