#include "servers/reference/testing/http2_client.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace reference::testing {
namespace {

http2_answer& answer_of(void* seen, std::int32_t stream) {
    return static_cast<http2_collected*>(seen)->answers[stream];
}

nghttp2_nv field(std::string_view name, std::string_view value) {
    const auto bytes_of = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* space, std::size_t length,
                  std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& body = *static_cast<std::string*>(source->ptr);
    const std::size_t piece = std::min(length, body.size());
    std::memcpy(space, body.data(), piece);
    body.erase(0, piece);
    if (body.empty()) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(piece);
}

int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
              std::size_t name_bytes, const std::uint8_t* value, std::size_t value_bytes,
              std::uint8_t, void* self) {
    const std::string_view named(reinterpret_cast<const char*>(name), name_bytes);
    const std::string text(reinterpret_cast<const char*>(value), value_bytes);
    if (named == ":status") {
        answer_of(self, frame->hd.stream_id).status = std::stoi(text);
    }
    return 0;
}

int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes,
            std::size_t length, void* self) {
    answer_of(self, stream).body.append(reinterpret_cast<const char*>(bytes), length);
    return 0;
}

int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* self) {
    http2_answer& answer = answer_of(self, stream);
    answer.has_ended = true;
    answer.code = code;
    return 0;
}

int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    if (frame->hd.type == NGHTTP2_GOAWAY) {
        static_cast<http2_collected*>(self)->goaways.push_back(
            {frame->goaway.last_stream_id, frame->goaway.error_code});
    }
    return 0;
}

}  // namespace

http2_client::http2_client(client& bytes, window_use windows) : bytes_(bytes) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_no_auto_window_update(options, windows == window_use::stays_shut ? 1 : 0);
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new2(&session, callbacks, &seen_, options);
    session_.reset(session);
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
    flush();
}

void http2_client::flush() {
    const std::uint8_t* piece = nullptr;
    ssize_t length = nghttp2_session_mem_send(session_.get(), &piece);
    while (length > 0) {
        bytes_.send({reinterpret_cast<const char*>(piece), static_cast<std::size_t>(length)});
        length = nghttp2_session_mem_send(session_.get(), &piece);
    }
}

std::int32_t http2_client::get(const std::string& path, std::string_view method) {
    const std::array<nghttp2_nv, 4> fields{field(":method", method), field(":path", path),
                                           field(":scheme", "http"), field(":authority", "test")};
    const std::int32_t stream = nghttp2_submit_request(session_.get(), nullptr, fields.data(),
                                                       fields.size(), nullptr, nullptr);
    flush();
    return stream;
}

std::int32_t http2_client::post(const std::string& path, std::string body) {
    const std::array<nghttp2_nv, 4> fields{field(":method", "POST"), field(":path", path),
                                           field(":scheme", "http"), field(":authority", "test")};
    const auto next = static_cast<std::int32_t>(nghttp2_session_get_next_stream_id(session_.get()));
    nghttp2_data_provider provider{};
    provider.source.ptr = &(bodies_[next] = std::move(body));
    provider.read_callback = read_body;
    nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(), &provider,
                           nullptr);
    flush();
    return next;
}

void http2_client::reset(std::int32_t stream) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
    flush();
}

bool http2_client::until(const std::function<bool()>& holds) {
    while (!holds()) {
        const std::string came = bytes_.receive_some();
        if (came.empty()) {
            return false;
        }
        nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(came.data()),
                                 came.size());
        flush();
    }
    return true;
}

bool http2_client::until_answered(std::int32_t stream) {
    return until([&] { return of(stream).has_ended; }) && of(stream).code == NGHTTP2_NO_ERROR;
}

bool http2_client::until_end() {
    until([] { return false; });
    return bytes_.ends();
}

std::uint32_t http2_client::streams_max() const {
    return nghttp2_session_get_remote_settings(session_.get(),
                                               NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

}  // namespace reference::testing
