#include "harness/load/engine/stream_ending.hpp"

#include <nghttp2/nghttp2.h>

#include <charconv>
#include <utility>

namespace stormdrain {
namespace {

failure_phase phase_of(const stream_under_way& done, request_end how) {
    if (how == request_end::answered) {
        return failure_phase::status;
    }
    if (done.head.status != 0) {
        return failure_phase::body;
    }
    return done.request.all_sent != time_point{} ? failure_phase::head : failure_phase::write;
}

}  // namespace

void take_field(http2_answer_head& head, std::string_view name, std::string_view value) {
    // nghttp2 has refused what is no number.
    if (name == ":status") {
        std::from_chars(value.data(), value.data() + value.size(), head.status);
    } else if (name == "content-length") {
        std::uint64_t length = 0;
        std::from_chars(value.data(), value.data() + value.size(), length);
        head.content_length = length;
    }
}

stream_ending ending_of(const stream_under_way& done, std::uint32_t code,
                        const std::optional<http2_goaway>& told) {
    // Above the last stream, or held back until the GOAWAY came.
    const bool is_above = told && (done.stream > told->last_stream || !done.is_asked);
    if (done.is_whole) {
        // Also where a reset came behind it (RFC 9113 8.1: no more of the request is wanted).
        return {request_end::answered, ""};
    }
    if (is_above || code == NGHTTP2_REFUSED_STREAM) {
        return {request_end::unprocessed, "the server has not processed it"};
    }
    if (done.reset_code) {
        return {request_end::reset,
                std::string("RST_STREAM ") + nghttp2_http2_strerror(*done.reset_code)};
    }
    return {request_end::malformed,
            std::string("an answer that is none: ") + nghttp2_http2_strerror(code)};
}

request_row with_stream(request_row row, const stream_under_way& done, stream_ending how) {
    row.stream = done.stream;
    row.status = done.head.status;
    row.response_bytes = done.response_bytes;
    row.body_bytes = done.body_bytes;
    row.body_announced = done.head.content_length;
    row.end = how.end;
    row.error = std::move(how.error);
    row.phase = phase_of(done, how.end);
    return row;
}

}  // namespace stormdrain
