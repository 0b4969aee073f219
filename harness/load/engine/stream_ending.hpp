#pragma once
// What the answer on an HTTP/2 stream was, and how a stream that nghttp2 has closed ended its
// request. Pure logic.

#include "harness/load/engine/stream_table.hpp"
#include "harness/load/ledger.hpp"
#include "harness/net/http2/client_session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

// A field of the answer's head; those of trailers are not to be given.
void take_field(http2_answer_head& head, std::string_view name, std::string_view value);

struct stream_ending {
    request_end end = request_end::answered;
    std::string error;
};

// `code`: with which it was closed. `told`: the last GOAWAY of its connection.
stream_ending ending_of(const stream_under_way& done, std::uint32_t code,
                        const std::optional<http2_goaway>& told);

// What is known of the stream, added to what all rows say.
request_row with_stream(request_row row, const stream_under_way& done, stream_ending how);

}  // namespace stormdrain
