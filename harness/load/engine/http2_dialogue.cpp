#include "harness/load/engine/http2_dialogue.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/load/engine/nghttp2_parts.hpp"
#include "harness/load/request_fates.hpp"
#include "harness/net/http2/nghttp2_glue.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace stormdrain {

using boost::system::error_code;

namespace {

using nghttp2_glue::guarded;
using nghttp2_glue::is_answer;
using nghttp2_glue::throw_if_no_memory;
using nghttp2_glue::view_of;

constexpr time_point not_yet{};
constexpr std::size_t frame_head_bytes = 9;  // RFC 9113 section 4.1
// A load's answers are not to wait for our word on windows; what slow readers do, faults do.
constexpr std::int32_t window_bytes = 1024 * 1024;
// Bodies are put out piece by piece: what the kernel does not take need not be made.
constexpr std::size_t output_bytes_max = std::size_t{64} * 1024;

}  // namespace

http2_dialogue::http2_dialogue(engine_state& load, client_conduct& conduct)
    : load_(load),
      conduct_(conduct),
      notes_(load, conduct),
      streams_(load.plan.pipeline_depth),
      callbacks_(make_callbacks()) {
    for (const asked_route& asked : load.plan.routes) {
        std::vector<nghttp2_nv>& made = fields_.emplace_back();
        for (const header_field& field : asked.over_http2.fields) {
            made.push_back(nghttp2_glue::to_nghttp2(field, uncopied));
        }
    }
}

http2_dialogue::callbacks http2_dialogue::make_callbacks() {
    nghttp2_session_callbacks* made = nullptr;
    throw_if_no_memory(nghttp2_session_callbacks_new(&made));
    nghttp2_session_callbacks_set_on_begin_frame_callback(made, on_begin_frame);
    nghttp2_session_callbacks_set_on_header_callback(made, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, on_frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, on_close);
    nghttp2_session_callbacks_set_error_callback2(made, on_error);
    return callbacks(made);
}

void http2_dialogue::begin_session() {
    nghttp2_session* session = nullptr;
    nghttp2_mem memory = memory_of(load_.blocks);
    throw_if_no_memory(
        nghttp2_session_client_new3(&session, callbacks_.get(), this, nullptr, &memory));
    session_.reset(session);
    const std::array<nghttp2_settings_entry, 2> settings{
        {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window_bytes}}};
    throw_if_no_memory(
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
    throw_if_no_memory(
        nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, window_bytes));
}

std::string_view http2_dialogue::ask(time_point now, std::size_t count_max) {
    now_ = now;
    for (std::size_t count = 0; count < count_max && !streams_.is_full() && !is_used_up();
         ++count) {
        const std::optional<due_request> due = conduct_.take(now);
        if (!due) {
            break;
        }
        submit(*due);
    }
    return output();
}

bool http2_dialogue::is_used_up() const {
    const bool is_allowed = !session_ || nghttp2_session_check_request_allowed(session_.get()) != 0;
    return !is_allowed || goaway_ || send_failed_ || !notes_.takes_requests();
}

void http2_dialogue::submit(const due_request& due) {
    if (!session_) {
        begin_session();
    }
    stream_under_way& added = streams_.push(notes_.begin(due, now_, streams_.size()));
    const std::vector<nghttp2_nv>& fields = fields_[added.request.route_index];
    nghttp2_data_provider provider{};
    provider.read_callback = read_body;
    const bool has_body = notes_.route_of(added.request).over_http2.body != nullptr;
    const std::int32_t stream =
        nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(),
                               has_body ? &provider : nullptr, &added);
    if (stream < 0) {
        throw environment_error(std::string("nghttp2 takes no request: ") +
                                nghttp2_strerror(stream));
    }
    added.stream = static_cast<http2_stream>(stream);
}

std::string_view http2_dialogue::output() {
    output_.clear();
    while (session_ && output_.size() < output_bytes_max) {
        const std::uint8_t* piece = nullptr;
        const ssize_t length = nghttp2_session_mem_send(session_.get(), &piece);
        throw_if_no_memory(length);
        if (length <= 0) {
            break;
        }
        output_ += view_of(piece, static_cast<std::size_t>(length));
    }
    return output_;
}

time_point http2_dialogue::deadline() const {
    return load_.deadline_of(streams_.oldest().request.started);
}

void http2_dialogue::connect_failed(connect_stage stage, error_code error, time_point now) {
    stream_under_way& first = streams_.oldest();
    first.request.write_began = first.request.all_sent = not_yet;
    request_row row = notes_.row_of(first.request, now);
    row.end = end_of_connect(stage, error);
    row.error = error.message();
    row.phase = stage == connect_stage::tls_handshake ? failure_phase::tls : failure_phase::connect;
    streams_.remove(first);
    notes_.unusual(std::move(row), now);
}

// Of the first request, behind the preface; it is no part of it that a body may come later.
void http2_dialogue::write_begins(time_point now) {
    request_under_way& first = streams_.oldest().request;
    first.write_began = now;
    if (first.all_sent != not_yet) {
        first.all_sent = now;
    }
}

connection_fate http2_dialogue::all_sent(time_point now) {
    now_ = now;
    return has_given_up() ? fail(last_error_) : connection_fate::kept;
}

connection_fate http2_dialogue::send_failed(error_code) {
    send_failed_ = true;
    return connection_fate::kept;
}

// To a server that breaks the protocol nghttp2 says GOAWAY, and then looks at nothing any more. It
// does the same once all is answered behind the server's own GOAWAY, which is as it should be.
bool http2_dialogue::has_given_up() const {
    return nghttp2_session_want_read(session_.get()) == 0 &&
           nghttp2_session_want_write(session_.get()) == 0 && (is_waiting() || !goaway_);
}

connection_fate http2_dialogue::fail(const std::string& why) {
    load_.times.unasked_answers += is_waiting() ? 0U : 1U;
    lose_all({request_end::malformed, why.empty() ? "no HTTP/2" : why});
    return connection_fate::to_be_closed;
}

connection_fate http2_dialogue::take(std::string_view bytes, time_point now) {
    now_ = now;
    return incoming_.feed(bytes) ? connection_fate::kept
                                 : fail(nghttp2_strerror(static_cast<int>(taken_)));
}

bool http2_dialogue::take_frames(std::string_view bytes, std::size_t spared_bytes) {
    head_taken_.reset();
    spared_bytes_ = spared_bytes;
    taken_ = nghttp2_session_mem_recv(
        session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    throw_if_no_memory(taken_);
    return taken_ >= 0;
}

void http2_dialogue::ended(error_code error, time_point now) {
    now_ = now;
    if (streams_.is_empty()) {
        load_.times.closed_while_idle += goaway_ ? 0U : 1U;  // it had said so
        return;
    }
    lose_all({end_of_exchange(end_for(error)), error.message()});
}

connection_fate http2_dialogue::timed_out(time_point now) {
    now_ = now;
    while (is_waiting() && deadline() <= now) {
        stream_under_way& late = streams_.oldest();
        const auto stream = static_cast<std::int32_t>(late.stream);
        // Whatever nghttp2 still hears of it is nobody's any more.
        nghttp2_session_set_stream_user_data(session_.get(), stream, nullptr);
        throw_if_no_memory(
            nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL));
        lose(late, {request_end::timed_out, "no whole answer in time"});
    }
    return connection_fate::kept;
}

void http2_dialogue::abandon(time_point now) {
    now_ = now;
    lose_all({request_end::abandoned, ""});
}

void http2_dialogue::closed() {
    session_.reset();
    incoming_.restart();
    streams_.clear();
    latest_ = nullptr;
    last_error_.clear();
    goaway_.reset();
    send_failed_ = false;
    notes_.closed();
}

stream_under_way* http2_dialogue::find(std::int32_t stream) {
    if (latest_ == nullptr || latest_->stream != static_cast<http2_stream>(stream)) {
        latest_ = static_cast<stream_under_way*>(
            nghttp2_session_get_stream_user_data(session_.get(), stream));
    }
    return latest_;
}

int http2_dialogue::on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* self) {
    auto& here = *static_cast<http2_dialogue*>(self);
    stream_under_way* const stream = is_answer(*head) ? here.find(head->stream_id) : nullptr;
    if (stream != nullptr) {
        if (stream->first_byte_received == not_yet) {
            stream->first_byte_received = here.now_;
        }
        stream->response_bytes +=
            frame_head_bytes +
            (head->type == NGHTTP2_HEADERS ? head->length + here.spared_bytes_ : 0);
    }
    return 0;
}

int http2_dialogue::on_header(nghttp2_session*, const nghttp2_frame* frame,
                              const std::uint8_t* name, std::size_t name_bytes,
                              const std::uint8_t* value, std::size_t value_bytes, std::uint8_t,
                              void* self) {
    stream_under_way* const stream = static_cast<http2_dialogue*>(self)->find(frame->hd.stream_id);
    if (stream == nullptr || stream->is_answered) {
        return 0;  // trailers
    }
    take_field(stream->head, view_of(name, name_bytes), view_of(value, value_bytes));
    return 0;
}

int http2_dialogue::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    static_cast<http2_dialogue*>(self)->take_frame(*frame);
    return 0;
}

void http2_dialogue::take_frame(const nghttp2_frame& frame) {
    if (frame.hd.type == NGHTTP2_GOAWAY) {
        take_goaway(frame.goaway);
        return;
    }
    stream_under_way* const stream = find(frame.hd.stream_id);
    if (stream == nullptr) {
        return;
    }
    if (frame.hd.type == NGHTTP2_RST_STREAM) {
        stream->reset_code = frame.rst_stream.error_code;
        return;
    }
    constexpr int status_final_min = 200;
    if (frame.hd.type == NGHTTP2_HEADERS && !stream->is_answered &&
        stream->head.status >= status_final_min) {
        stream->is_answered = true;
        head_taken_ = stream->head;
    }
    if (is_answer(frame.hd) && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
        stream->is_whole = true;
    }
}

// nghttp2 ends the streams above it right behind this.
void http2_dialogue::take_goaway(const nghttp2_goaway& told) {
    load_.times.goaways_count += goaway_ ? 0U : 1U;
    goaway_ = http2_goaway{static_cast<http2_stream>(told.last_stream_id), told.error_code};
}

int http2_dialogue::on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                            const std::uint8_t*, std::size_t length, void* self) {
    if (stream_under_way* const answered = static_cast<http2_dialogue*>(self)->find(stream)) {
        answered->response_bytes += length;
        answered->body_bytes += length;
    }
    return 0;
}

int http2_dialogue::on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    auto& here = *static_cast<http2_dialogue*>(self);
    stream_under_way* const asked = is_answer(frame->hd) ? here.find(frame->hd.stream_id) : nullptr;
    if (asked != nullptr) {
        if (!std::exchange(asked->is_asked, true)) {
            asked->request.write_began = here.now_;
        }
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            asked->request.all_sent = here.now_;
        }
    }
    return 0;
}

int http2_dialogue::on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code,
                             void* self) {
    auto& here = *static_cast<http2_dialogue*>(self);
    return guarded([&] {
        if (stream_under_way* const done = here.find(stream)) {
            here.finish(*done, ending_of(*done, code, here.goaway_));
        }
        here.incoming_.stream_ended(static_cast<http2_stream>(stream));
    });
}

int http2_dialogue::on_error(nghttp2_session*, int, const char* text, std::size_t length,
                             void* self) {
    return guarded([&] { static_cast<http2_dialogue*>(self)->last_error_.assign(text, length); });
}

void http2_dialogue::finish(stream_under_way& done, stream_ending how) {
    const bool is_ordinary = how.end == request_end::answered &&
                             done.head.status == notes_.route_of(done.request).what.expected_status;
    if (is_ordinary) {
        notes_.ordinary(done.request,
                        {done.first_byte_received, now_, done.response_bytes, done.body_bytes});
    } else {
        load_.times.unprocessed_count += how.end == request_end::unprocessed ? 1U : 0U;
        request_row row = with_stream(notes_.row_of(done.request, now_), done, std::move(how));
        row.first_byte_received = offset(load_.clock, done.first_byte_received);
        if (goaway_) {
            row.goaway_last_stream = goaway_->last_stream;
        }
        notes_.unusual(std::move(row), now_);
    }
    latest_ = nullptr;
    streams_.remove(done);
}

// Nothing more is heard of it. An upload may have been answered before its rest had gone out.
void http2_dialogue::lose(stream_under_way& lost, const stream_ending& how) {
    finish(lost, lost.is_whole ? stream_ending() : how);
}

void http2_dialogue::lose_all(const stream_ending& how) {
    while (is_waiting()) {
        lose(streams_.oldest(), how);
    }
}

ssize_t http2_dialogue::read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* space,
                                  std::size_t length, std::uint32_t* flags, nghttp2_data_source*,
                                  void* self) {
    auto& here = *static_cast<http2_dialogue*>(self);
    stream_under_way* const asked = here.find(stream);
    if (asked == nullptr) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    const std::string& body = *here.notes_.route_of(asked->request).over_http2.body;
    const std::size_t piece = std::min(length, body.size() - asked->sent_body_bytes);
    std::memcpy(space, body.data() + asked->sent_body_bytes, piece);
    asked->sent_body_bytes += piece;
    if (asked->sent_body_bytes == body.size()) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(piece);
}

}  // namespace stormdrain
