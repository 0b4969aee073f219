#pragma once
// The server's side of one HTTP/2 connection (RFC 9113), without I/O: bytes in, requests out;
// responses in, bytes out. nghttp2 frames, compresses and keeps the windows. What a server has to
// decide (when to answer, what to wait for, how to stop) is its owner's.

#include "servers/reference/deadline_queue.hpp"
#include "servers/reference/request_head.hpp"

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace reference {

using stream_id = std::int32_t;

// RFC 9113 3.4: what a client that knows of HTTP/2 sends first.
inline constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline constexpr std::size_t frame_head_bytes = 9;  // RFC 9113 4.1

struct http2_limits {
    std::uint32_t streams_max = 100;
    std::size_t head_bytes_max = 16 * 1024;
    std::uint32_t resets_max = 200;  // streams that the client resets within a second
};

struct http2_response {
    int status = 200;
    std::string text;
    std::uint64_t pattern_bytes = 0;  // behind the text: see response.hpp
    bool without_body = false;        // of HEAD
    std::string date;
};

enum class request_state { whole, body_follows, head_too_large };

// Called while bytes are taken or put out. The session may be given responses and resets then.
class http2_owner {
public:
    virtual ~http2_owner() = default;
    virtual void on_request(stream_id stream, request_head head, request_state state) = 0;
    virtual void on_body(stream_id stream, std::string_view piece) = 0;
    virtual void on_request_end(stream_id stream) = 0;
    // The client's windows have let some of its response out.
    virtual void on_progress(stream_id stream) = 0;
    // Answered, or reset by either side.
    virtual void on_stream_closed(stream_id stream) = 0;
};

class http2_session {
public:
    // Throws std::bad_alloc.
    http2_session(const http2_limits& limits, http2_owner& owner);
    http2_session(const http2_session&) = delete;
    http2_session& operator=(const http2_session&) = delete;

    // False: this is no HTTP/2, and the connection cannot go on. A GOAWAY may say why.
    bool take(std::string_view bytes, time_point now);
    // The bytes to be sent next, all of them; empty: there is nothing to say.
    std::string output();

    void respond(stream_id stream, http2_response answer);
    // The client waits for a word before it sends its body (RFC 9110 10.1.1).
    void invite_body(stream_id stream);
    void reset(stream_id stream, std::uint32_t code);

    // RFC 9113 6.8: a GOAWAY that refuses no stream, and a PING, whose acknowledgement says that
    // the client has read it.
    void announce_stop();
    bool stop_is_read() const { return stop_is_read_; }
    // The GOAWAY behind which no new stream is taken. The other streams go on.
    void refuse_new_streams();
    // One that names this stream and changes nothing: for defect builds.
    void claim_last_stream(stream_id claimed);
    // GOAWAY that says why, and the end.
    void fail(std::uint32_t code);

    // The client's preface and its SETTINGS are here.
    bool has_begun() const { return has_begun_; }
    bool settings_acknowledged() const { return settings_acknowledged_; }
    stream_id last_stream() const;
    // There is nothing more to be read or sent.
    bool is_over() const;

private:
    struct session_deleter {
        void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    };
    struct incoming_head {
        request_head head;
        std::size_t bytes = 0;
    };
    struct outgoing_body {
        http2_response answer;
        std::uint64_t sent_bytes = 0;
    };

    static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* self);
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_bytes, const std::uint8_t* value, std::size_t value_bytes,
                         std::uint8_t flags, void* self);
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self);
    static int on_sent(nghttp2_session* session, const nghttp2_frame* frame, void* self);
    static int on_data(nghttp2_session*, std::uint8_t flags, std::int32_t stream,
                       const std::uint8_t* bytes, std::size_t length, void* self);
    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* self);
    static ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* space,
                             std::size_t length, std::uint32_t* flags, nghttp2_data_source* source,
                             void* self);

    void take_frame(const nghttp2_frame& frame);
    void take_head(const nghttp2_frame& frame);
    void take_field(incoming_head& into, std::string_view name, std::string_view value) const;
    void count_reset();

    http2_limits limits_;
    http2_owner& owner_;
    std::unique_ptr<nghttp2_session, session_deleter> session_;
    std::map<stream_id, incoming_head> incoming_;
    std::map<stream_id, outgoing_body> outgoing_;
    std::optional<stream_id> refused_above_;
    std::string claims_;
    time_point now_{};
    time_point resets_since_{};
    std::uint32_t resets_count_ = 0;
    bool has_begun_ = false;
    bool settings_acknowledged_ = false;
    bool stop_is_read_ = false;
};

}  // namespace reference
