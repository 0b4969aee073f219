#pragma once
// A strict HTTP/1.1 response parser without I/O (RFC 9112): fed with bytes as they come, it says
// where the response ends, what was announced, and whether the connection persists after it. On raw
// TCP it holds the answer against a script instead; such an answer has no head, only a body.

#include "harness/net/script_answer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct response_head {
    int status = 0;
    int minor_version = 1;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    // The server said that it will close: `Connection: close`, HTTP/1.0 without keep-alive, or a
    // body that ends with the connection.
    bool close_announced = false;
    bool operator==(const response_head&) const = default;
};

// The last head that was taken in one piece, and what it said. Servers repeat theirs to the byte
// (but for the second in Date), and the same bytes mean the same: comparing them costs a tenth of
// reading them. Shared by the parsers of a thread.
class known_head {
public:
    // The length of the head when `bytes` begin with it; 0: they begin otherwise.
    std::size_t begins(std::string_view bytes) const {
        return bytes.starts_with(text_) ? text_.size() : 0;
    }
    const response_head& head() const { return head_; }
    // Heads that are longer are read each time.
    static constexpr std::size_t bytes_max = 2048;
    void remember(std::string_view text, const response_head& head);

private:
    std::string text_;
    response_head head_;
};

enum class parse_state {
    head,         // inside the status line or the header section
    body,         // inside the body
    complete,     // the response is whole
    until_close,  // body ends with the connection (RFC 9112 section 6.3, item 8)
    malformed,    // not HTTP/1.1, or not what the script expects; see error()
};

class response_parser {
public:
    // `head_request`: the response has no body whatever its header fields say.
    enum class request_kind { has_body, head_request };
    explicit response_parser(request_kind kind = request_kind::has_body);
    // Of a turn of a script.
    explicit response_parser(std::vector<expectation> expected);

    // As if made anew, for the next response on a connection; keeps its memory.
    void restart(request_kind kind);
    // Reads faster what was read before; must outlive the parser.
    void share(known_head& known) { known_ = &known; }

    // Takes bytes, returns how many belong to this response; the rest is the next response's.
    std::size_t feed(std::string_view bytes);
    // The connection ended: completes what was to end with it, changes nothing else.
    void end_of_stream();

    parse_state state() const { return state_; }
    const response_head& head() const { return head_; }
    std::uint64_t body_bytes() const { return body_bytes_; }
    // Why the state is malformed.
    const std::string& error() const { return error_; }

private:
    enum class chunk_part { size_line, content, content_end, trailer };

    struct line_limit {
        std::size_t bytes_max;
        std::string_view when_exceeded;  // the error
    };
    std::size_t take_scripted(std::string_view bytes);
    std::optional<std::string_view> take_line(std::string_view& bytes, line_limit limit);
    line_limit head_limit() const;
    bool take_known_head(std::string_view& bytes);
    void take_whole_head(std::string_view& bytes);
    void take_head(std::string_view& bytes);
    void take_status_line(std::string_view line);
    void take_header_field(std::string_view line);
    void take_content_length(std::string_view value);
    void take_transfer_encoding(std::string_view value);
    void take_connection(std::string_view value);
    void end_head();
    void begin_body();
    void take_body(std::string_view& bytes);
    void take_content(std::string_view& bytes);
    void take_chunk_size(std::string_view& bytes);
    void take_chunk_end(std::string_view& bytes);
    void take_trailer(std::string_view& bytes);
    void fail(std::string_view why);

    known_head* known_ = nullptr;
    request_kind kind_ = request_kind::has_body;
    std::optional<script_answer> scripted_;
    parse_state state_ = parse_state::head;
    chunk_part part_ = chunk_part::size_line;
    std::string line_;         // the beginning of a line whose end was not fed yet
    bool line_taken_ = false;  // line_ was handed out whole: the next line begins empty
    bool status_line_seen_ = false;
    bool keep_alive_announced_ = false;
    bool transfer_encoding_seen_ = false;
    std::size_t head_bytes_ = 0;
    std::uint64_t content_left_ = 0;
    std::uint64_t body_bytes_ = 0;
    response_head head_;
    std::string error_;
};

}  // namespace stormdrain
