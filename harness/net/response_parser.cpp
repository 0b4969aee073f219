#include "harness/net/response_parser.hpp"

#include "harness/net/http_syntax.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

// Status lines and header sections, of interim responses too, and the trailer section: what a
// server cannot exceed by honest means.
constexpr std::size_t head_bytes_max = std::size_t{64} * 1024;
// Chunk extensions are read and dropped: RFC 9112 section 7.1.1 asks for a limit on them.
constexpr std::size_t chunk_line_bytes_max = std::size_t{4} * 1024;
constexpr std::size_t line_end_bytes = 2;

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

bool is_interim(int status) {
    // 101 is final for HTTP: another protocol follows it (RFC 9110 section 15.2.2).
    return status < 200 && status != 101;
}

}  // namespace

void known_head::remember(std::string_view text, const response_head& head) {
    if (text.size() <= bytes_max) {
        text_ = text;
        head_ = head;
    }
}

response_parser::response_parser(request_kind kind) : kind_(kind) {}

response_parser::response_parser(std::vector<expectation> expected)
    : scripted_(std::move(expected)) {}

void response_parser::restart(request_kind kind) {
    kind_ = kind;
    scripted_.reset();
    state_ = parse_state::head;
    part_ = chunk_part::size_line;
    line_.clear();
    line_taken_ = false;
    status_line_seen_ = false;
    keep_alive_announced_ = false;
    transfer_encoding_seen_ = false;
    head_bytes_ = 0;
    content_left_ = 0;
    body_bytes_ = 0;
    head_ = {};
    error_.clear();
}

std::size_t response_parser::feed(std::string_view bytes) {
    if (scripted_) {
        return take_scripted(bytes);
    }
    const std::size_t offered = bytes.size();
    const bool at_begin = state_ == parse_state::head && head_bytes_ == 0 && line_.empty();
    if (known_ != nullptr && at_begin && !bytes.empty() && !take_known_head(bytes)) {
        take_whole_head(bytes);
    }
    while (!bytes.empty()) {
        switch (state_) {
            case parse_state::head:
                take_head(bytes);
                break;
            case parse_state::body:
                take_body(bytes);
                break;
            case parse_state::until_close:
                body_bytes_ += bytes.size();
                return offered;
            case parse_state::complete:
            case parse_state::malformed:
                return offered - bytes.size();
        }
    }
    return offered;
}

std::size_t response_parser::take_scripted(std::string_view bytes) {
    const std::size_t taken = scripted_->feed(bytes);
    body_bytes_ += taken;
    if (!scripted_->error().empty()) {
        fail(scripted_->error());
    } else {
        state_ = scripted_->is_whole() ? parse_state::complete : parse_state::body;
    }
    return taken;
}

void response_parser::end_of_stream() {
    if (scripted_) {
        scripted_->end_of_stream();
        state_ = scripted_->is_whole() ? parse_state::complete : state_;
        return;
    }
    if (state_ == parse_state::until_close) {
        state_ = parse_state::complete;
    }
}

// A whole line without its end, or null when more bytes are needed or the line is malformed.
std::optional<std::string_view> response_parser::take_line(std::string_view& bytes,
                                                           line_limit limit) {
    if (line_taken_) {
        line_.clear();
        line_taken_ = false;
    }
    // The limit is met at the same byte however the bytes are cut into pieces.
    std::string_view piece = bytes.substr(0, limit.bytes_max - line_.size());
    const std::size_t line_feed = piece.find('\n');
    const bool is_whole = line_feed != std::string_view::npos;
    piece = is_whole ? piece.substr(0, line_feed + 1) : piece;
    bytes.remove_prefix(piece.size());
    std::string_view line = piece;
    if (!is_whole || !line_.empty()) {
        line_.append(piece);
        line = line_;
    }
    if (!is_whole) {
        if (line.size() >= limit.bytes_max) {
            fail(limit.when_exceeded);
        }
        return std::nullopt;
    }
    line_taken_ = true;
    if (line.size() < line_end_bytes || line[line.size() - line_end_bytes] != '\r') {
        fail("a line ends with a bare LF");
        return std::nullopt;
    }
    line.remove_suffix(line_end_bytes);
    return line;
}

response_parser::line_limit response_parser::head_limit() const {
    return {head_bytes_max - head_bytes_, "the header section is longer than 64 KiB"};
}

bool response_parser::take_known_head(std::string_view& bytes) {
    const std::size_t length = known_->begins(bytes);
    if (length == 0) {
        return false;
    }
    bytes.remove_prefix(length);
    head_bytes_ = length;
    head_ = known_->head();
    begin_body();
    return true;
}

// As much of the head as there is; remembered when that is all of it.
void response_parser::take_whole_head(std::string_view& bytes) {
    const std::string_view from = bytes;
    while (state_ == parse_state::head && !bytes.empty()) {
        take_head(bytes);
    }
    const std::size_t length = from.size() - bytes.size();
    // A body that ends with the connection is one of a GET alone, and what it announces is no
    // field of the head's.
    const bool is_read = state_ == parse_state::body || state_ == parse_state::complete;
    if (is_read) {
        known_->remember(from.substr(0, length), head_);
    }
}

void response_parser::take_head(std::string_view& bytes) {
    const std::optional<std::string_view> line = take_line(bytes, head_limit());
    if (!line) {
        return;
    }
    head_bytes_ += line->size() + line_end_bytes;
    if (!status_line_seen_) {
        take_status_line(*line);
    } else if (line->empty()) {
        end_head();
    } else {
        take_header_field(*line);
    }
}

void response_parser::take_status_line(std::string_view line) {
    // "HTTP/1.1 200 OK": the second space is there even when the reason is empty.
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t minor_at = version.size();
    constexpr std::size_t status_at = minor_at + 2;
    constexpr std::size_t reason_at = status_at + 4;
    if (line.substr(0, minor_at) != version || line.size() < reason_at ||
        (line[minor_at] != '0' && line[minor_at] != '1') || line[status_at - 1] != ' ' ||
        line[reason_at - 1] != ' ' || !is_field_text(line.substr(reason_at))) {
        fail("the status line is not one of HTTP/1.0 or HTTP/1.1");
        return;
    }
    const std::string_view status = line.substr(status_at, 3);
    if (status.front() < '1' || status.front() > '5' ||
        !std::all_of(status.begin(), status.end(), is_digit)) {
        fail("the status code is not within 100 and 599");
        return;
    }
    head_.minor_version = line[minor_at] - '0';
    head_.status = (status[0] - '0') * 100 + (status[1] - '0') * 10 + (status[2] - '0');
    status_line_seen_ = true;
}

void response_parser::take_header_field(std::string_view line) {
    const std::optional<field_line> field = parse_field_line(line);
    if (!field) {
        fail(line.front() == ' ' || line.front() == '\t' ? "a header field is folded (obs-fold)"
                                                         : "a line is no header field");
    } else if (equals_ignoring_case(field->name, "Content-Length")) {
        take_content_length(field->value);
    } else if (equals_ignoring_case(field->name, "Transfer-Encoding")) {
        take_transfer_encoding(field->value);
    } else if (equals_ignoring_case(field->name, "Connection")) {
        take_connection(field->value);
    }
}

void response_parser::take_content_length(std::string_view value) {
    if (head_.content_length) {
        // RFC 9110 section 8.6: a recipient may reject it, a sender must not send it.
        fail("Content-Length is there twice");
        return;
    }
    head_.content_length = parse_decimal(value);
    if (!head_.content_length) {
        fail("Content-Length is no number");
    }
}

void response_parser::take_transfer_encoding(std::string_view value) {
    transfer_encoding_seen_ = true;
    while (!value.empty()) {
        const std::string_view coding = take_element(value);
        if (coding.empty()) {
            continue;  // a recipient ignores empty elements (RFC 9110 section 5.6.1.2)
        }
        if (head_.chunked) {
            fail("a transfer coding follows chunked");
            return;
        }
        head_.chunked = equals_ignoring_case(coding, "chunked");
    }
}

void response_parser::take_connection(std::string_view value) {
    while (!value.empty()) {
        const std::string_view option = take_element(value);
        head_.close_announced = head_.close_announced || equals_ignoring_case(option, "close");
        keep_alive_announced_ = keep_alive_announced_ || equals_ignoring_case(option, "keep-alive");
    }
}

void response_parser::end_head() {
    if (is_interim(head_.status)) {
        head_ = {};
        status_line_seen_ = false;
        keep_alive_announced_ = false;
        transfer_encoding_seen_ = false;
        return;
    }
    if (transfer_encoding_seen_ && head_.content_length) {
        fail("both Transfer-Encoding and Content-Length");
        return;
    }
    if (transfer_encoding_seen_ && head_.minor_version == 0) {
        fail("Transfer-Encoding in HTTP/1.0");
        return;
    }
    if (head_.minor_version == 0 && !keep_alive_announced_) {
        head_.close_announced = true;
    }
    begin_body();
}

// RFC 9112 section 6.3, in its order.
void response_parser::begin_body() {
    const bool is_bodiless = kind_ == request_kind::head_request || head_.status == 101 ||
                             head_.status == 204 || head_.status == 304;
    if (is_bodiless || (!head_.chunked && head_.content_length == 0U)) {
        state_ = parse_state::complete;
    } else if (head_.chunked) {
        state_ = parse_state::body;
        part_ = chunk_part::size_line;
    } else if (head_.content_length) {
        state_ = parse_state::body;
        content_left_ = *head_.content_length;
    } else {
        state_ = parse_state::until_close;
        head_.close_announced = true;
    }
}

void response_parser::take_body(std::string_view& bytes) {
    if (!head_.chunked) {
        take_content(bytes);
        return;
    }
    switch (part_) {
        case chunk_part::size_line:
            take_chunk_size(bytes);
            break;
        case chunk_part::content:
            take_content(bytes);
            break;
        case chunk_part::content_end:
            take_chunk_end(bytes);
            break;
        case chunk_part::trailer:
            take_trailer(bytes);
            break;
    }
}

void response_parser::take_content(std::string_view& bytes) {
    const std::uint64_t taken = std::min<std::uint64_t>(bytes.size(), content_left_);
    bytes.remove_prefix(taken);
    content_left_ -= taken;
    body_bytes_ += taken;
    if (content_left_ == 0) {
        if (head_.chunked) {
            part_ = chunk_part::content_end;
        } else {
            state_ = parse_state::complete;
        }
    }
}

void response_parser::take_chunk_size(std::string_view& bytes) {
    const line_limit limit{chunk_line_bytes_max, "a chunk-size line is longer than 4 KiB"};
    const std::optional<std::string_view> line = take_line(bytes, limit);
    if (!line) {
        return;
    }
    const std::optional<std::uint64_t> size = parse_chunk_line(*line);
    if (!size) {
        fail("a line is no chunk size");
        return;
    }
    content_left_ = *size;
    part_ = content_left_ == 0 ? chunk_part::trailer : chunk_part::content;
}

void response_parser::take_chunk_end(std::string_view& bytes) {
    const line_limit limit{line_end_bytes, "a chunk is longer than its size"};
    if (take_line(bytes, limit)) {
        part_ = chunk_part::size_line;
    }
}

void response_parser::take_trailer(std::string_view& bytes) {
    const std::optional<std::string_view> line = take_line(bytes, head_limit());
    if (!line) {
        return;
    }
    head_bytes_ += line->size() + line_end_bytes;
    if (line->empty()) {
        state_ = parse_state::complete;
    } else if (!parse_field_line(*line)) {
        fail("a line is no trailer field");
    }
}

void response_parser::fail(std::string_view why) {
    state_ = parse_state::malformed;
    error_ = why;
}

}  // namespace stormdrain
