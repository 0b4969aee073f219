#pragma once
// One client's connection that speaks HTTP/2: many requests at a time, each with a deadline of its
// own, and a stop that tells the client which of them are answered.

#include "servers/reference/channel.hpp"
#include "servers/reference/deadline_queue.hpp"
#include "servers/reference/http2_session.hpp"
#include "servers/reference/response.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace reference {

struct connection_context;

class http2_connection final : http2_owner, deadline_owner {
public:
    // Both outlive it. The client's preface is the next that comes.
    http2_connection(const connection_context& context, channel& bytes);
    ~http2_connection() override;

    // Until nothing more is owed to the client; done: the channel is still to be closed. `received`
    // are the bytes that have been read already.
    boost::asio::awaitable<outcome> serve(std::string received);
    // The server stops: no new requests, and the end behind those that are under way.
    void stop();

private:
    class request;
    enum class stopping { no, announced, last_stream_told };

    boost::asio::awaitable<void> write();
    boost::asio::awaitable<void> wait_for_output();
    boost::asio::awaitable<void> wait_for_abandoned();
    void take(std::string_view bytes);
    // After everything that may have changed what is to be sent, or waited for.
    void update();
    void tell_last_stream();
    void forget_abandoned(stream_id stream);
    time_point next_deadline() const;
    bool is_over() const;

    void on_request(stream_id stream, request_head head, request_state state) override;
    void on_body(stream_id stream, std::string_view piece) override;
    void on_request_end(stream_id stream) override;
    void on_progress(stream_id stream) override;
    void on_stream_closed(stream_id stream) override;
    void on_deadline() override;

    const connection_context& context_;
    channel& channel_;
    http2_session session_;
    std::map<stream_id, std::unique_ptr<request>> requests_;
    // Reset by their client, and at work: of defect builds alone.
    std::map<stream_id, std::unique_ptr<request>> abandoned_;
    boost::asio::steady_timer output_ready_;  // never expires: its waits are cancelled
    bool has_output_ = true;                  // our SETTINGS
    bool writer_ended_ = false;
    bool failed_ = false;
    stopping stop_ = stopping::no;
    time_point settings_by_;
    time_point idle_until_ = never;
    time_point stop_read_by_ = never;
};

}  // namespace reference
