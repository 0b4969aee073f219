#include "harness/net/http2/request.hpp"

#include "harness/net/http_syntax.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace stormdrain {
namespace {

bool is_of_connection(std::string_view name) {
    constexpr std::array<std::string_view, 6> names{"connection", "host", "keep-alive",
                                                    "upgrade",    "te",   "transfer-encoding"};
    return std::ranges::any_of(
        names, [name](std::string_view one) { return equals_ignoring_case(name, one); });
}

}  // namespace

http2_request render_http2(const route& what, std::string_view authority, std::string_view scheme) {
    http2_request request;
    request.fields = {{":method", what.method},
                      {":scheme", std::string(scheme)},
                      {":authority", std::string(authority)},
                      {":path", what.path}};
    for (const header_field& field : what.headers) {
        if (equals_ignoring_case(field.name, "host")) {
            request.fields[2].value = field.value;
        } else if (!is_of_connection(field.name)) {
            std::string name = field.name;
            std::ranges::transform(name, name.begin(), [](unsigned char c) {
                return static_cast<char>(std::tolower(c));
            });
            request.fields.push_back({std::move(name), field.value});
        }
    }
    if (what.body_bytes > 0) {
        request.fields.push_back({"content-length", std::to_string(what.body_bytes)});
        request.body = std::make_shared<const std::string>(request_body(what));
    }
    return request;
}

}  // namespace stormdrain
