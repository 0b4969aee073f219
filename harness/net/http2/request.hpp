#pragma once
// A route's request as HTTP/2 has it (RFC 9113 8.3), made once and sent on many streams.

#include "harness/net/http_request.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct http2_request {
    std::vector<header_field> fields;
    std::shared_ptr<const std::string> body;  // null: none
};

// Without the fields that mean a connection (RFC 9113 8.2.2).
http2_request render_http2(const route& what, std::string_view authority, std::string_view scheme);

}  // namespace stormdrain
