#pragma once
// What a strict client says and hears on its HTTP/2 connections (RFC 9113), one after the other,
// and what it writes down of it, without I/O. The rows are those of the coroutines' client
// (load/http2_client.hpp), but for one thing: behind a GOAWAY this client asks on once the answers
// that are still owed have come, on a new connection; that one asks on a new one at once.

#include "harness/load/engine/answer_frames.hpp"
#include "harness/load/engine/client_conduct.hpp"
#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/request_notes.hpp"
#include "harness/load/engine/stream_ending.hpp"
#include "harness/load/engine/stream_table.hpp"
#include "harness/net/connector.hpp"

#include <boost/system/error_code.hpp>

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

class http2_dialogue final : private frame_taker {
public:
    // Frames of several requests in one write save system calls on both sides.
    static constexpr bool gathers_requests = true;

    http2_dialogue(engine_state& load, client_conduct& conduct);
    http2_dialogue(const http2_dialogue&) = delete;
    http2_dialogue& operator=(const http2_dialogue&) = delete;

    // Begins as many requests as are due and the connection allows, at most `count_max`, and
    // returns what there is to say, theirs or not; good until the next call. Empty: nothing.
    std::string_view ask(time_point now, std::size_t count_max);
    bool is_waiting() const { return !streams_.is_empty(); }
    // So many more requests could be under way.
    std::size_t room_count() const { return load_.plan.pipeline_depth - streams_.size(); }
    // No request may be asked any more on this connection.
    bool is_used_up() const;
    // Of the oldest request; to be asked when there is one.
    time_point deadline() const;

    void connect_begins(time_point now) { notes_.connect_begins(now); }
    void connected(const connection_begin& how) { notes_.connected(how); }
    void connect_failed(connect_stage stage, boost::system::error_code error, time_point now);
    // On a new connection the text is held back until it is there.
    void write_begins(time_point now);
    connection_fate all_sent(time_point now);
    // The answers that the server has sent before may be there nevertheless, and so is its end.
    connection_fate send_failed(boost::system::error_code error);

    connection_fate take(std::string_view bytes, time_point now);
    // No cycle's stop waits for it: the loads of cycles speak HTTP/2 in coroutines.
    bool is_amid_answer() const { return false; }
    void ended(boost::system::error_code error, time_point now);
    // Each request that is late is given up; the connection goes on.
    connection_fate timed_out(time_point now);
    void abandon(time_point now);
    void closed();

private:
    struct session_deleter {
        void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    };
    struct callbacks_deleter {
        void operator()(nghttp2_session_callbacks* all) const {
            nghttp2_session_callbacks_del(all);
        }
    };
    using callbacks = std::unique_ptr<nghttp2_session_callbacks, callbacks_deleter>;

    static callbacks make_callbacks();
    static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* self);
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_bytes, const std::uint8_t* value, std::size_t value_bytes,
                         std::uint8_t flags, void* self);
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self);
    static int on_data(nghttp2_session*, std::uint8_t flags, std::int32_t stream,
                       const std::uint8_t* bytes, std::size_t length, void* self);
    static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* self);
    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* self);
    static int on_error(nghttp2_session*, int code, const char* text, std::size_t length,
                        void* self);
    static ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* space,
                             std::size_t length, std::uint32_t* flags, nghttp2_data_source* source,
                             void* self);

    bool take_frames(std::string_view bytes, std::size_t spared_bytes) override;
    std::optional<http2_answer_head> head_taken() const override { return head_taken_; }

    void begin_session();
    void submit(const due_request& due);
    std::string_view output();
    bool has_given_up() const;
    stream_under_way* find(std::int32_t stream);
    void take_frame(const nghttp2_frame& frame);
    void take_goaway(const nghttp2_goaway& told);
    void finish(stream_under_way& done, stream_ending how);
    void lose(stream_under_way& lost, const stream_ending& how);
    void lose_all(const stream_ending& how);
    connection_fate fail(const std::string& why);

    engine_state& load_;
    client_conduct& conduct_;
    request_notes notes_;
    stream_table streams_;
    callbacks callbacks_;
    // Of each route: nghttp2's view of its fields, which stay where they are in the plan.
    std::vector<std::vector<nghttp2_nv>> fields_;
    std::unique_ptr<nghttp2_session, session_deleter> session_;  // of the connection; null: none
    answer_frames incoming_{*this};
    std::optional<http2_answer_head> head_taken_;  // of the frames that nghttp2 took last
    std::size_t spared_bytes_ = 0;                 // which nghttp2 did not see of them
    ssize_t taken_ = 0;                            // what it said to them
    stream_under_way* latest_ = nullptr;  // that was found: frames of a stream come in a row
    std::string output_;
    std::string last_error_;  // nghttp2's words
    std::optional<http2_goaway> goaway_;
    bool send_failed_ = false;
    time_point now_{};
};

}  // namespace stormdrain
