#include "servers/reference/http2_session.hpp"

#include "servers/reference/field_syntax.hpp"
#include "servers/reference/response.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

namespace reference {
namespace {

// Enough for one send to fill a socket's buffer.
constexpr std::size_t output_bytes_max = 64 * 1024;
// RFC 9113 6.5.2: what each field of a list counts besides its name and value.
constexpr std::size_t field_overhead_bytes = 32;
constexpr std::chrono::seconds resets_window{1};
constexpr stream_id every_stream = 0x7fffffff;  // the last of a GOAWAY that refuses none
constexpr std::array<std::uint8_t, 8> stop_ping{'s', 't', 'o', 'p', 'p', 'i', 'n', 'g'};

struct callbacks_deleter {
    void operator()(nghttp2_session_callbacks* callbacks) const {
        nghttp2_session_callbacks_del(callbacks);
    }
};

std::string_view view_of(const std::uint8_t* bytes, std::size_t length) {
    return {reinterpret_cast<const char*>(bytes), length};
}

// nghttp2 copies both, and takes them through pointers that are not const.
nghttp2_nv field(std::string_view name, std::string_view value) {
    const auto bytes_of = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// The callbacks are C's: no exception may pass them.
template <class Step>
int guarded(Step step) {
    try {
        step();
        return 0;
    } catch (const std::exception&) {
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
}

void throw_if_no_memory(int result) {
    if (result == NGHTTP2_ERR_NOMEM) {
        throw std::bad_alloc();
    }
}

}  // namespace

http2_session::http2_session(const http2_limits& limits, http2_owner& owner)
    : limits_(limits), owner_(owner) {
    nghttp2_session_callbacks* made = nullptr;
    throw_if_no_memory(nghttp2_session_callbacks_new(&made));
    const std::unique_ptr<nghttp2_session_callbacks, callbacks_deleter> callbacks(made);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(made, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, on_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, on_close);
    nghttp2_session* session = nullptr;
    throw_if_no_memory(nghttp2_session_server_new(&session, made, this));
    session_.reset(session);
    const std::array<nghttp2_settings_entry, 2> settings{
        {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams_max},
         {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
          static_cast<std::uint32_t>(limits.head_bytes_max)}}};
    throw_if_no_memory(
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
}

bool http2_session::take(std::string_view bytes, time_point now) {
    now_ = now;
    const ssize_t taken = nghttp2_session_mem_recv(
        session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return taken >= 0;
}

std::string http2_session::output() {
    std::string bytes = std::exchange(claims_, {});
    while (bytes.size() < output_bytes_max) {
        const std::uint8_t* piece = nullptr;
        const ssize_t length = nghttp2_session_mem_send(session_.get(), &piece);
        if (length <= 0) {
            break;  // an error here is no memory, and the connection's next step meets it as well
        }
        bytes += view_of(piece, static_cast<std::size_t>(length));
    }
    return bytes;
}

void http2_session::respond(stream_id stream, http2_response answer) {
    const std::string status = std::to_string(answer.status);
    const std::string length = std::to_string(answer.text.size() + answer.pattern_bytes);
    const bool has_body =
        !answer.without_body && !(answer.text.empty() && answer.pattern_bytes == 0);
    outgoing_body& body = outgoing_[stream];
    body = {std::move(answer), 0};
    const std::array<nghttp2_nv, 4> fields{
        field(":status", status), field("date", body.answer.date),
        field("content-type", "text/plain"), field("content-length", length)};
    nghttp2_data_provider provider{};
    provider.read_callback = read_body;
    throw_if_no_memory(nghttp2_submit_response(session_.get(), stream, fields.data(), fields.size(),
                                               has_body ? &provider : nullptr));
}

void http2_session::invite_body(stream_id stream) {
    const nghttp2_nv status = field(":status", "100");
    throw_if_no_memory(nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream, nullptr,
                                              &status, 1, nullptr));
}

void http2_session::reset(stream_id stream, std::uint32_t code) {
    throw_if_no_memory(nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, code));
}

void http2_session::announce_stop() {
    throw_if_no_memory(nghttp2_submit_shutdown_notice(session_.get()));
}

void http2_session::refuse_new_streams() {
    refused_above_ = last_stream();
    throw_if_no_memory(nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, *refused_above_,
                                             NGHTTP2_NO_ERROR, nullptr, 0));
}

// RFC 9113 6.8, by hand: nghttp2 would refuse the streams above it.
void http2_session::claim_last_stream(stream_id claimed) {
    constexpr std::string_view head{"\0\0\x08\x07\0\0\0\0\0", frame_head_bytes};
    claims_ += head;
    for (const int shift : {24, 16, 8, 0}) {
        claims_ += static_cast<char>((claimed >> shift) & 0xff);
    }
    claims_.append(4, '\0');  // NO_ERROR
}

void http2_session::fail(std::uint32_t code) {
    throw_if_no_memory(nghttp2_session_terminate_session(session_.get(), code));
}

stream_id http2_session::last_stream() const {
    return nghttp2_session_get_last_proc_stream_id(session_.get());
}

bool http2_session::is_over() const {
    return nghttp2_session_want_read(session_.get()) == 0 &&
           nghttp2_session_want_write(session_.get()) == 0;
}

int http2_session::on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    auto& owner = *static_cast<http2_session*>(self);
    return guarded([&] {
        if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
            owner.incoming_[frame->hd.stream_id] = {};
        }
    });
}

int http2_session::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                             std::size_t name_bytes, const std::uint8_t* value,
                             std::size_t value_bytes, std::uint8_t, void* self) {
    auto& owner = *static_cast<http2_session*>(self);
    return guarded([&] {
        // Those of trailers have no request that waits for them.
        const auto found = owner.incoming_.find(frame->hd.stream_id);
        if (found != owner.incoming_.end()) {
            owner.take_field(found->second, view_of(name, name_bytes), view_of(value, value_bytes));
        }
    });
}

void http2_session::take_field(incoming_head& into, std::string_view name,
                               std::string_view value) const {
    into.bytes += name.size() + value.size() + field_overhead_bytes;
    if (into.bytes > limits_.head_bytes_max) {
        return;
    }
    if (name == ":method") {
        into.head.method = value;
    } else if (name == ":path") {
        into.head.path = value.substr(0, value.find('?'));
    } else if (name == "content-length") {
        std::uint64_t length = 0;  // nghttp2 has refused what is no number
        std::from_chars(value.data(), value.data() + value.size(), length);
        into.head.content_length = length;
    } else if (name == "expect") {
        into.head.expects_continue = same_word(value, "100-continue");
    }
}

int http2_session::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    return guarded([&] { static_cast<http2_session*>(self)->take_frame(*frame); });
}

void http2_session::take_frame(const nghttp2_frame& frame) {
    const stream_id stream = frame.hd.stream_id;
    const bool ends = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const bool acknowledges = (frame.hd.flags & NGHTTP2_FLAG_ACK) != 0;
    switch (frame.hd.type) {
        case NGHTTP2_SETTINGS:
            (acknowledges ? settings_acknowledged_ : has_begun_) = true;
            break;
        case NGHTTP2_PING:
            stop_is_read_ =
                stop_is_read_ || (acknowledges && std::equal(stop_ping.begin(), stop_ping.end(),
                                                             frame.ping.opaque_data));
            break;
        case NGHTTP2_RST_STREAM:
            count_reset();
            break;
        case NGHTTP2_HEADERS:
            if (incoming_.contains(stream)) {
                take_head(frame);
            } else if (ends) {
                owner_.on_request_end(stream);
            }
            break;
        case NGHTTP2_DATA:
            if (ends) {
                owner_.on_request_end(stream);
            }
            break;
        default:
            break;
    }
}

void http2_session::take_head(const nghttp2_frame& frame) {
    const stream_id stream = frame.hd.stream_id;
    const bool ends = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const auto found = incoming_.find(stream);
    incoming_head request = std::move(found->second);
    incoming_.erase(found);
    // As long as the GOAWAY waits to be sent, nghttp2 lets streams through that it says are not
    // processed (nghttp2/nghttp2#2870).
    if (refused_above_ && stream > *refused_above_) {
        reset(stream, NGHTTP2_REFUSED_STREAM);
        return;
    }
    const bool fits = request.bytes <= limits_.head_bytes_max;
    owner_.on_request(stream, std::move(request.head),
                      !fits  ? request_state::head_too_large
                      : ends ? request_state::whole
                             : request_state::body_follows);
}

// CVE-2023-44487: to open a stream and to reset it at once costs a client nothing and occupies none
// of the streams that it may have, and costs the server a request.
void http2_session::count_reset() {
    if (now_ - resets_since_ > resets_window) {
        resets_since_ = now_;
        resets_count_ = 0;
    }
    if (++resets_count_ > limits_.resets_max) {
        fail(NGHTTP2_ENHANCE_YOUR_CALM);
    }
}

int http2_session::on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                           const std::uint8_t* bytes, std::size_t length, void* self) {
    return guarded(
        [&] { static_cast<http2_session*>(self)->owner_.on_body(stream, view_of(bytes, length)); });
}

int http2_session::on_sent(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
    // The PING goes behind the GOAWAY: nghttp2 would let it overtake, and its acknowledgement would
    // say nothing.
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.last_stream_id == every_stream) {
        return nghttp2_submit_ping(session, NGHTTP2_FLAG_NONE, stop_ping.data());
    }
    // RFC 9113 8.1: who has answered before the request was whole tells the client to send no more.
    const bool may_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    const bool ends = may_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!ends || nghttp2_session_get_stream_remote_close(session, frame->hd.stream_id) != 0) {
        return 0;
    }
    return guarded(
        [&] { static_cast<http2_session*>(self)->reset(frame->hd.stream_id, NGHTTP2_NO_ERROR); });
}

int http2_session::on_close(nghttp2_session*, std::int32_t stream, std::uint32_t, void* self) {
    auto& owner = *static_cast<http2_session*>(self);
    return guarded([&] {
        owner.incoming_.erase(stream);
        owner.outgoing_.erase(stream);
        owner.owner_.on_stream_closed(stream);
    });
}

ssize_t http2_session::read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* space,
                                 std::size_t length, std::uint32_t* flags, nghttp2_data_source*,
                                 void* self) {
    auto& owner = *static_cast<http2_session*>(self);
    const auto found = owner.outgoing_.find(stream);
    if (found == owner.outgoing_.end()) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    outgoing_body& body = found->second;
    const std::uint64_t total_bytes = body.answer.text.size() + body.answer.pattern_bytes;
    const auto wanted = std::min<std::uint64_t>(length, total_bytes - body.sent_bytes);
    std::string_view from = body.answer.text;
    if (body.sent_bytes < from.size()) {
        from.remove_prefix(body.sent_bytes);
    } else {
        from = pattern().substr((body.sent_bytes - from.size()) % pattern_period_bytes);
    }
    const auto piece_bytes = std::min<std::size_t>(wanted, from.size());
    std::memcpy(space, from.data(), piece_bytes);
    body.sent_bytes += piece_bytes;
    if (body.sent_bytes == total_bytes) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    const int told = guarded([&] { owner.owner_.on_progress(stream); });
    return told == 0 ? static_cast<ssize_t>(piece_bytes) : told;
}

}  // namespace reference
