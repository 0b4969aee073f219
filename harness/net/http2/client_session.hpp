#pragma once
// The client's side of one HTTP/2 connection (RFC 9113), without I/O: requests and bytes in, bytes
// and events out. nghttp2 frames, compresses, and keeps windows and acknowledgements; what a stream
// that ended means for its request is said here, and nothing is tried twice.

#include "harness/net/http2/request.hpp"

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

using http2_stream = std::uint32_t;

// RFC 9113 6.8: the last stream of a GOAWAY that refuses none.
inline constexpr http2_stream every_http2_stream = 0x7fffffff;

struct http2_answer_head {
    int status = 0;
    std::optional<std::uint64_t> content_length;
};

enum class http2_stream_end {
    whole,
    refused,    // not processed, and may be asked again: GOAWAY, or REFUSED_STREAM (RFC 9113 8.7)
    reset,      // by the server
    malformed,  // by us, for what came is no answer
};

struct http2_goaway {
    http2_stream last_stream = 0;
    std::uint32_t code = 0;
    bool operator==(const http2_goaway&) const = default;
};

// Called while bytes are taken or put out.
class http2_observer {
public:
    virtual ~http2_observer() = default;
    // Its request is all put out.
    virtual void on_sent(http2_stream stream) = 0;
    virtual void on_answer(http2_stream stream, const http2_answer_head& head) = 0;
    // Of the answer; `body_bytes` of them are no framing.
    virtual void on_bytes(http2_stream stream, std::size_t bytes, std::size_t body_bytes) = 0;
    // `code`: the server's, of a reset; else 0.
    virtual void on_end(http2_stream stream, http2_stream_end end, std::uint32_t code) = 0;
    virtual void on_goaway(const http2_goaway& told) = 0;
    // A frame of an answer to a stream that a GOAWAY has called unprocessed.
    virtual void on_answer_above_goaway(http2_stream stream) = 0;
};

class http2_client_session {
public:
    explicit http2_client_session(http2_observer& observer);
    http2_client_session(const http2_client_session&) = delete;
    http2_client_session& operator=(const http2_client_session&) = delete;

    // Empty: a GOAWAY forbids it, or the connection has run out of streams.
    std::optional<http2_stream> ask(const http2_request& what);
    // The client does not want the answer any more.
    void cancel(http2_stream stream);
    // Empty: fine. Otherwise why this is no HTTP/2.
    std::string take(std::string_view bytes);
    // The bytes to be sent next; empty: nothing to say.
    std::string output();
    bool takes_requests() const { return !goaway_ && broken_.empty(); }
    // Why the connection cannot go on: the server has said what HTTP/2 does not allow, and the
    // GOAWAY that tells it so is among the output that was taken. Empty: it can.
    const std::string& broken() const { return broken_; }
    // Also of requests that the server's SETTINGS_MAX_CONCURRENT_STREAMS holds back.
    std::size_t open_streams() const { return streams_.size(); }

private:
    struct session_deleter {
        void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    };
    struct open_stream {
        std::shared_ptr<const std::string> body;
        std::size_t sent_bytes = 0;
        http2_answer_head head;
        bool is_asked = false;     // its head was put out
        bool is_answered = false;  // its final head is here
        bool is_whole = false;
        std::optional<std::uint32_t> reset_by_server;
    };

    static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* self);
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_bytes, const std::uint8_t* value, std::size_t value_bytes,
                         std::uint8_t flags, void* self);
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self);
    static int on_data(nghttp2_session*, std::uint8_t flags, std::int32_t stream,
                       const std::uint8_t* bytes, std::size_t length, void* self);
    static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* self);
    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* self);
    static int on_error(nghttp2_session*, int error, const char* text, std::size_t length,
                        void* self);
    static ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* space,
                             std::size_t length, std::uint32_t* flags, nghttp2_data_source* source,
                             void* self);

    void follow(std::string_view bytes);
    void take_behind_the_end(std::string_view bytes);
    void take_frame(const nghttp2_frame& frame);
    void answer_ping(std::string_view payload);
    void take_goaway(const http2_goaway& told);
    void break_off(const nghttp2_goaway& told);
    void end(http2_stream stream, std::uint32_t code);
    open_stream* find(std::int32_t stream);

    http2_observer& observer_;
    std::unique_ptr<nghttp2_session, session_deleter> session_;
    std::map<http2_stream, open_stream> streams_;
    std::string pings_answered_;  // and not yet put out
    // Where the frames begin and end: of the one that is coming, what there is of its head, or how
    // much of its payload is missing.
    std::string frame_head_;
    std::size_t payload_missing_bytes_ = 0;
    std::optional<http2_goaway> goaway_;  // the last one
    http2_stream highest_answered_ = 0;
    std::string last_error_;  // what nghttp2 said of it
    std::string broken_;
};

}  // namespace stormdrain
