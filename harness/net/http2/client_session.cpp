#include "harness/net/http2/client_session.hpp"

#include "harness/net/http2/frames.hpp"
#include "harness/net/http2/nghttp2_glue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

namespace stormdrain {
namespace {

using nghttp2_glue::guarded;
using nghttp2_glue::is_answer;
using nghttp2_glue::throw_if_no_memory;
using nghttp2_glue::view_of;

// A load's answers are not to wait for our word on windows; what slow readers do, faults do.
constexpr std::int32_t window_bytes = 1024 * 1024;
constexpr std::size_t output_bytes_max = std::size_t{64} * 1024;

struct callbacks_deleter {
    void operator()(nghttp2_session_callbacks* callbacks) const {
        nghttp2_session_callbacks_del(callbacks);
    }
};

std::size_t payload_bytes_of(std::string_view frame_head) {
    std::size_t length = 0;  // its first three bytes (RFC 9113 4.1)
    for (const char c : frame_head.substr(0, 3)) {
        length = length << 8U | static_cast<unsigned char>(c);
    }
    return length;
}

}  // namespace

http2_client_session::http2_client_session(http2_observer& observer) : observer_(observer) {
    nghttp2_session_callbacks* made = nullptr;
    throw_if_no_memory(nghttp2_session_callbacks_new(&made));
    const std::unique_ptr<nghttp2_session_callbacks, callbacks_deleter> callbacks(made);
    nghttp2_session_callbacks_set_on_begin_frame_callback(made, on_begin_frame);
    nghttp2_session_callbacks_set_on_header_callback(made, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, on_frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, on_close);
    nghttp2_session_callbacks_set_error_callback2(made, on_error);
    nghttp2_option* options = nullptr;
    throw_if_no_memory(nghttp2_option_new(&options));
    // Behind a GOAWAY nghttp2 answers none once no stream is open: to it the session is over, and a
    // server that waits for the answer, to be sure that the GOAWAY is read, would wait in vain.
    nghttp2_option_set_no_auto_ping_ack(options, 1);
    nghttp2_session* session = nullptr;
    const int result = nghttp2_session_client_new2(&session, made, this, options);
    nghttp2_option_del(options);
    throw_if_no_memory(result);
    session_.reset(session);
    const std::array<nghttp2_settings_entry, 2> settings{
        {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window_bytes}}};
    throw_if_no_memory(
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
    throw_if_no_memory(
        nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, window_bytes));
}

std::optional<http2_stream> http2_client_session::ask(const http2_request& what) {
    if (!takes_requests()) {
        return std::nullopt;
    }
    std::vector<nghttp2_nv> fields;
    for (const header_field& field : what.fields) {
        fields.push_back(nghttp2_glue::to_nghttp2(field, NGHTTP2_NV_FLAG_NONE));
    }
    nghttp2_data_provider provider{};
    provider.read_callback = read_body;
    const std::int32_t stream =
        nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(),
                               what.body ? &provider : nullptr, nullptr);
    throw_if_no_memory(stream);
    if (stream < 0) {
        return std::nullopt;
    }
    const auto id = static_cast<http2_stream>(stream);
    streams_[id].body = what.body;
    return id;
}

void http2_client_session::cancel(http2_stream stream) {
    throw_if_no_memory(nghttp2_submit_rst_stream(
        session_.get(), NGHTTP2_FLAG_NONE, static_cast<std::int32_t>(stream), NGHTTP2_CANCEL));
}

std::string http2_client_session::take(std::string_view bytes) {
    if (nghttp2_session_want_read(session_.get()) == 0) {
        take_behind_the_end(bytes);
        return "";
    }
    follow(bytes);
    const ssize_t taken = nghttp2_session_mem_recv(
        session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return taken < 0 ? nghttp2_strerror(static_cast<int>(taken)) : "";
}

void http2_client_session::follow(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t payload = std::min(payload_missing_bytes_, bytes.size());
        payload_missing_bytes_ -= payload;
        bytes.remove_prefix(payload);
        const std::size_t head =
            std::min(http2_frame_head_bytes - frame_head_.size(), bytes.size());
        frame_head_ += bytes.substr(0, head);
        bytes.remove_prefix(head);
        if (frame_head_.size() == http2_frame_head_bytes) {
            payload_missing_bytes_ = payload_bytes_of(frame_head_);
            frame_head_.clear();
        }
    }
}

// Behind a GOAWAY, and with no stream open, nghttp2 reads no more. The server may still say what
// counts: the second GOAWAY, a PING, or an answer that the GOAWAY rules out.
void http2_client_session::take_behind_the_end(std::string_view bytes) {
    const std::size_t rest = std::min(payload_missing_bytes_, bytes.size());
    payload_missing_bytes_ -= rest;
    frame_head_ += bytes.substr(rest);
    while (const std::optional<http2_frame> frame = stormdrain::take_frame(frame_head_)) {
        const std::optional<http2_farewell> farewell = farewell_in(*frame);
        const bool is_answer_frame =
            frame->type == http2_frame_type::headers || frame->type == http2_frame_type::data;
        if (farewell) {
            take_goaway({farewell->last_stream, farewell->code});
        } else if (frame->type == http2_frame_type::ping && frame->flags == 0) {
            answer_ping(frame->payload);
        } else if (is_answer_frame && goaway_ && frame->stream > goaway_->last_stream) {
            observer_.on_answer_above_goaway(frame->stream);
        }
    }
}

void http2_client_session::answer_ping(std::string_view payload) {
    http2_frame ping;
    ping.type = http2_frame_type::ping;
    ping.payload = payload;
    pings_answered_ += to_bytes(acknowledgement_of(ping));
}

std::string http2_client_session::output() {
    std::string bytes;
    while (bytes.size() < output_bytes_max) {
        const std::uint8_t* piece = nullptr;
        const ssize_t length = nghttp2_session_mem_send(session_.get(), &piece);
        if (length <= 0) {
            throw_if_no_memory(static_cast<int>(length));
            break;
        }
        bytes += view_of(piece, static_cast<std::size_t>(length));
    }
    return bytes + std::exchange(pings_answered_, {});
}

http2_client_session::open_stream* http2_client_session::find(std::int32_t stream) {
    const auto found = streams_.find(static_cast<http2_stream>(stream));
    return found == streams_.end() ? nullptr : &found->second;
}

int http2_client_session::on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head,
                                         void* self) {
    auto& here = *static_cast<http2_client_session*>(self);
    return guarded([&] {
        const auto stream = static_cast<http2_stream>(head->stream_id);
        if (!is_answer(*head)) {
            return;
        }
        if (here.goaway_ && stream > here.goaway_->last_stream) {
            here.observer_.on_answer_above_goaway(stream);
        }
        here.highest_answered_ = std::max(here.highest_answered_, stream);
        if (here.find(head->stream_id) != nullptr) {
            constexpr std::size_t frame_head_bytes = 9;  // RFC 9113 4.1
            const bool is_data = head->type == NGHTTP2_DATA;
            here.observer_.on_bytes(stream, frame_head_bytes + (is_data ? 0 : head->length), 0);
        }
    });
}

int http2_client_session::on_header(nghttp2_session*, const nghttp2_frame* frame,
                                    const std::uint8_t* name, std::size_t name_bytes,
                                    const std::uint8_t* value, std::size_t value_bytes,
                                    std::uint8_t, void* self) {
    open_stream* const stream = static_cast<http2_client_session*>(self)->find(frame->hd.stream_id);
    if (stream == nullptr || stream->is_answered) {
        return 0;  // trailers
    }
    const std::string_view field = view_of(name, name_bytes);
    const std::string_view text = view_of(value, value_bytes);
    // nghttp2 has refused what is no number.
    if (field == ":status") {
        std::from_chars(text.data(), text.data() + text.size(), stream->head.status);
    } else if (field == "content-length") {
        std::uint64_t length = 0;
        std::from_chars(text.data(), text.data() + text.size(), length);
        stream->head.content_length = length;
    }
    return 0;
}

int http2_client_session::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    return guarded([&] { static_cast<http2_client_session*>(self)->take_frame(*frame); });
}

void http2_client_session::take_frame(const nghttp2_frame& frame) {
    if (frame.hd.type == NGHTTP2_GOAWAY) {
        take_goaway(
            {static_cast<http2_stream>(frame.goaway.last_stream_id), frame.goaway.error_code});
        return;
    }
    if (frame.hd.type == NGHTTP2_PING && (frame.hd.flags & NGHTTP2_FLAG_ACK) == 0) {
        answer_ping(view_of(frame.ping.opaque_data, sizeof frame.ping.opaque_data));
        return;
    }
    open_stream* const stream = find(frame.hd.stream_id);
    if (stream == nullptr) {
        return;
    }
    if (frame.hd.type == NGHTTP2_RST_STREAM) {
        stream->reset_by_server = frame.rst_stream.error_code;
        return;
    }
    constexpr int status_final_min = 200;
    if (frame.hd.type == NGHTTP2_HEADERS && !stream->is_answered &&
        stream->head.status >= status_final_min) {
        stream->is_answered = true;
        observer_.on_answer(static_cast<http2_stream>(frame.hd.stream_id), stream->head);
    }
    if (is_answer(frame.hd) && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
        stream->is_whole = true;
    }
}

// nghttp2 ends the streams above it right behind this.
void http2_client_session::take_goaway(const http2_goaway& told) {
    goaway_ = told;
    observer_.on_goaway(told);
    if (highest_answered_ > told.last_stream) {
        observer_.on_answer_above_goaway(highest_answered_);
    }
}

int http2_client_session::on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                                  const std::uint8_t*, std::size_t length, void* self) {
    auto& here = *static_cast<http2_client_session*>(self);
    return guarded([&] {
        if (here.find(stream) != nullptr) {
            here.observer_.on_bytes(static_cast<http2_stream>(stream), length, length);
        }
    });
}

int http2_client_session::on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    auto& here = *static_cast<http2_client_session*>(self);
    return guarded([&] {
        if (frame->hd.type == NGHTTP2_GOAWAY) {
            here.break_off(frame->goaway);
            return;
        }
        if (open_stream* const asked = here.find(frame->hd.stream_id)) {
            asked->is_asked = true;
        }
        if (is_answer(frame->hd) && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            here.observer_.on_sent(static_cast<http2_stream>(frame->hd.stream_id));
        }
    });
}

// nghttp2 alone says GOAWAY here, where the server's bytes are a connection error (RFC 9113 5.4.1).
// From then on it takes every frame without a word, and ends each new request by itself.
void http2_client_session::break_off(const nghttp2_goaway& told) {
    broken_ = last_error_;
    if (broken_.empty()) {
        broken_ = view_of(told.opaque_data, told.opaque_data_len);
    }
    if (broken_.empty()) {
        broken_ = nghttp2_http2_strerror(told.error_code);
    }
}

int http2_client_session::on_error(nghttp2_session*, int error, const char* text,
                                   std::size_t length, void* self) {
    auto& here = *static_cast<http2_client_session*>(self);
    return guarded([&] {
        here.last_error_ = error == NGHTTP2_ERR_SETTINGS_EXPECTED
                               ? "the server's first frame is not its SETTINGS (RFC 9113 "
                                 "section 3.4)"
                               : std::string(text, length);
    });
}

int http2_client_session::on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code,
                                   void* self) {
    auto& here = *static_cast<http2_client_session*>(self);
    return guarded([&] { here.end(static_cast<http2_stream>(stream), code); });
}

void http2_client_session::end(http2_stream stream, std::uint32_t code) {
    const auto found = streams_.find(stream);
    if (found == streams_.end()) {
        return;
    }
    const open_stream was = std::move(found->second);
    streams_.erase(found);
    // Above the last stream, or held back until the GOAWAY came.
    const bool is_above = goaway_ && (stream > goaway_->last_stream || !was.is_asked);
    if (was.is_whole) {
        // Also where a reset came behind it (RFC 9113 8.1: no more of the request is wanted).
        observer_.on_end(stream, http2_stream_end::whole, 0);
    } else if (is_above || was.reset_by_server == NGHTTP2_REFUSED_STREAM) {
        observer_.on_end(stream, http2_stream_end::refused, 0);
    } else if (was.reset_by_server) {
        observer_.on_end(stream, http2_stream_end::reset, *was.reset_by_server);
    } else {
        observer_.on_end(stream, http2_stream_end::malformed, code);
    }
}

ssize_t http2_client_session::read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* space,
                                        std::size_t length, std::uint32_t* flags,
                                        nghttp2_data_source*, void* self) {
    open_stream* const found = static_cast<http2_client_session*>(self)->find(stream);
    if (found == nullptr || !found->body) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    const std::size_t piece = std::min(length, found->body->size() - found->sent_bytes);
    std::memcpy(space, found->body->data() + found->sent_bytes, piece);
    found->sent_bytes += piece;
    if (found->sent_bytes == found->body->size()) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(piece);
}

}  // namespace stormdrain
