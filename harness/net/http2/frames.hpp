#pragma once
// HTTP/2 frames as bytes (RFC 9113 section 4.1), for those who say exactly what they mean: faults
// that leave something out, and scripted peers. A load's client speaks by client_session.hpp.

#include "harness/net/http_request.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

inline constexpr std::size_t http2_frame_head_bytes = 9;
// RFC 9113 3.4: what a client says first, ahead of its SETTINGS.
inline constexpr std::string_view http2_client_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum class http2_frame_type : std::uint8_t {
    data = 0,
    headers = 1,
    rst_stream = 3,
    settings = 4,
    ping = 6,
    goaway = 7,
    window_update = 8,
};

namespace http2_flag {
inline constexpr std::uint8_t end_stream = 0x1;
inline constexpr std::uint8_t acknowledgement = 0x1;  // of SETTINGS and PING
inline constexpr std::uint8_t end_headers = 0x4;
}  // namespace http2_flag

struct http2_frame {
    http2_frame_type type = http2_frame_type::data;
    std::uint8_t flags = 0;
    std::uint32_t stream = 0;
    std::string payload;
    bool operator==(const http2_frame&) const = default;
};

std::string to_bytes(const http2_frame& frame);

// SETTINGS of one entry, or of none.
struct http2_setting {
    std::uint16_t id = 0;
    std::uint32_t value = 0;
};
inline constexpr std::uint16_t http2_initial_window_size = 0x4;  // RFC 9113 6.5.2
http2_frame settings_frame(std::optional<http2_setting> one = {});

// The whole request of a route that has no body. Its fields are literals (RFC 7541 6.2.2), so that
// neither side keeps a table.
http2_frame request_frame(std::uint32_t stream, const route& what, std::string_view authority,
                          std::string_view scheme);
http2_frame reset_frame(std::uint32_t stream, std::uint32_t code);
http2_frame goaway_frame(std::uint32_t last_stream, std::uint32_t code);
// The answer to a PING, or to SETTINGS.
http2_frame acknowledgement_of(const http2_frame& asked);

// The last stream and the code of a GOAWAY; empty: it is none, or too short to be one.
struct http2_farewell {
    std::uint32_t last_stream = 0;
    std::uint32_t code = 0;
    bool operator==(const http2_farewell&) const = default;
};
std::optional<http2_farewell> farewell_in(const http2_frame& frame);

// Takes the first whole frame off the bytes; empty: there is none yet.
std::optional<http2_frame> take_frame(std::string& received);

}  // namespace stormdrain
