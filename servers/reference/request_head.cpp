#include "servers/reference/request_head.hpp"

#include "servers/reference/field_syntax.hpp"

#include <algorithm>

namespace reference {
namespace {

constexpr std::string_view line_end = "\r\n";
// RFC 9112 2.2 asks to ignore at least one empty line before a request: old clients add one after
// a body. Two are enough for them.
constexpr std::size_t leading_bytes_max = 4;

// The path of "/a?b", "http://host/a?b" and "*"; empty when the target is none of these.
std::string path_of(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (same_word(target.substr(0, scheme.size()), scheme)) {
            const auto slash = target.find('/', scheme.size());
            target = slash == std::string_view::npos ? "/" : target.substr(slash);
            break;
        }
    }
    if (target != "*" && !target.starts_with('/')) {
        return {};
    }
    return std::string(target.substr(0, target.find_first_of("?#")));
}

// Collects what the fields of one head say together.
class head_reader {
public:
    // Each returns 0, or the status to reject the request with.
    int read_request_line(std::string_view line);
    int read_field(std::string_view line);
    int finish();
    request_head take() { return std::move(head_); }

private:
    int read_framing(std::string_view name, std::string_view value);
    void read_connection(std::string_view value);

    request_head head_;
    bool has_transfer_encoding_ = false;
    bool asks_close_ = false;
    bool asks_keep_alive_ = false;
    bool asks_upgrade_ = false;
    int hosts_ = 0;
};

int head_reader::read_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return 400;
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    const auto is_visible = [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
    };
    if (!is_token(method) || !std::all_of(target.begin(), target.end(), is_visible)) {
        return 400;
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return version.starts_with("HTTP/") ? 505 : 400;
    }
    head_.method = method;
    head_.path = path_of(target);
    head_.minor_version = version.back() - '0';
    return head_.path.empty() ? 400 : 0;
}

int head_reader::read_field(std::string_view line) {
    const auto colon = line.find(':');
    // is_token also refuses folded lines and blanks before the colon (RFC 9112 5.1, 5.2).
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return 400;
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_field_value(value)) {
        return 400;
    }
    if (same_word(name, "host")) {
        ++hosts_;
    } else if (same_word(name, "connection")) {
        read_connection(value);
    } else if (same_word(name, "upgrade")) {
        head_.upgrade = value;
    } else if (same_word(name, "sec-websocket-key")) {
        head_.websocket_key = value;
    } else if (same_word(name, "sec-websocket-version")) {
        head_.websocket_version = value;
    } else if (same_word(name, "expect")) {
        if (!same_word(value, "100-continue")) {
            return 417;
        }
        head_.expects_continue = true;
    } else {
        return read_framing(name, value);
    }
    return 0;
}

int head_reader::read_framing(std::string_view name, std::string_view value) {
    if (same_word(name, "content-length")) {
        const auto length = to_decimal(value);
        // Two lengths, even equal ones, are refused: RFC 9112 6.3 allows it, nobody honest does it.
        if (!length || head_.content_length) {
            return 400;
        }
        head_.content_length = length;
    } else if (same_word(name, "transfer-encoding")) {
        if (!same_word(value, "chunked")) {
            return 501;
        }
        if (has_transfer_encoding_) {
            return 400;
        }
        has_transfer_encoding_ = true;
        head_.chunked = true;
    }
    return 0;
}

void head_reader::read_connection(std::string_view value) {
    while (!value.empty()) {
        const auto comma = value.find(',');
        const std::string_view option = trim(value.substr(0, comma));
        asks_close_ = asks_close_ || same_word(option, "close");
        asks_keep_alive_ = asks_keep_alive_ || same_word(option, "keep-alive");
        asks_upgrade_ = asks_upgrade_ || same_word(option, "upgrade");
        value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
    }
}

int head_reader::finish() {
    // RFC 9112 3.2: exactly one Host in HTTP/1.1. RFC 9112 6.1: chunked with a length, or in
    // HTTP/1.0, is a smuggling attempt.
    const bool is_1_1 = head_.minor_version == 1;
    if (hosts_ > 1 || (is_1_1 && hosts_ == 0) ||
        (head_.chunked && (head_.content_length || !is_1_1))) {
        return 400;
    }
    head_.keep_alive = !asks_close_ && (is_1_1 || asks_keep_alive_);
    // RFC 9110 7.8: it counts only when Connection names it, and never in HTTP/1.0.
    if (!asks_upgrade_ || !is_1_1) {
        head_.upgrade.clear();
    }
    // RFC 9110 10.1.1: a server ignores the expectation of an HTTP/1.0 client.
    head_.expects_continue = head_.expects_continue && is_1_1;
    return 0;
}

head_result rejected(int status) {
    return {.state = head_state::rejected, .status = status, .head = {}};
}

head_result parse_whole(std::string_view text, std::size_t bytes, const head_limits& limits) {
    head_reader reader;
    std::size_t fields = 0;
    bool is_request_line = true;
    while (!text.empty()) {
        const auto end = text.find(line_end);
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), line.size() + line_end.size()));
        if (!is_request_line && ++fields > limits.fields_max) {
            return rejected(431);
        }
        const int status =
            is_request_line ? reader.read_request_line(line) : reader.read_field(line);
        if (status != 0) {
            return rejected(status);
        }
        is_request_line = false;
    }
    if (const int status = reader.finish(); status != 0) {
        return rejected(status);
    }
    return {.state = head_state::complete, .bytes = bytes, .head = reader.take()};
}

// An unfinished head that can never become a good one is refused at once, not at its deadline:
// a TLS client on the plain port, a line that ends with LF alone.
head_result judge_unfinished(std::string_view text, const head_limits& limits) {
    const auto newline = text.find('\n');
    if (!text.empty() && text.front() != '\r' && !is_token_character(text.front())) {
        return rejected(400);
    }
    if (newline != std::string_view::npos && (newline == 0 || text[newline - 1] != '\r')) {
        return rejected(400);
    }
    if (text.size() >= limits.head_bytes_max) {
        return rejected(newline == std::string_view::npos ? 414 : 431);
    }
    return {};
}

}  // namespace

head_result parse_head(std::string_view input, const head_limits& limits) {
    std::size_t start = 0;
    while (start < leading_bytes_max && input.substr(start).starts_with(line_end)) {
        start += line_end.size();
    }
    const std::string_view text = input.substr(start);
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return judge_unfinished(text, limits);
    }
    if (end > limits.head_bytes_max) {
        return rejected(431);
    }
    return parse_whole(text.substr(0, end), start + end + 4, limits);
}

}  // namespace reference
