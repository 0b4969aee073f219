// Ends the connection at a point of an HTTP/1 message of this direction: `before_headers`, at its
// first byte, none of which gets through; `mid_body`, behind `bytes` of the first body there is,
// and never behind all of it. What is not HTTP passes unharmed, without a delivery.

#include "faults/link/cut.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>

namespace stormdrain::toxics {

namespace {

enum class cut_point { before_headers, mid_body };

constexpr std::array<std::string_view, 2> point_words{"before_headers", "mid_body"};

// Servers take 8 to 64 KiB of header fields; what has more is no header.
constexpr std::size_t head_bytes_max = 256 * 1024;

constexpr std::uint64_t unknown_length = std::numeric_limits<std::uint64_t>::max();

std::string in_lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

// RFC 9112 section 6.3. A response to HEAD has no body although it has a length: the link does not
// see the request, so that such a connection is cut in what comes next.
std::uint64_t body_bytes_of(std::string_view head) {
    const std::string fields = in_lower_case(head);
    const bool is_response = fields.starts_with("http/");
    if (is_response) {
        const std::string_view status =
            std::string_view(fields).substr(std::min(fields.find(' ') + 1, fields.size()), 3);
        if (status.starts_with('1') || status == "204" || status == "304") {
            return 0;
        }
    }
    if (fields.find("\r\ntransfer-encoding:") != std::string::npos) {
        return unknown_length;
    }
    constexpr std::string_view length_field = "\r\ncontent-length:";
    const std::size_t field = fields.find(length_field);
    if (field == std::string::npos) {
        return is_response ? unknown_length : 0;
    }
    const std::size_t digits = fields.find_first_not_of(" \t", field + length_field.size());
    std::uint64_t length = 0;
    if (digits != std::string::npos) {
        std::from_chars(fields.data() + digits, fields.data() + fields.size(), length);
    }
    return length;
}

class http_cut_state : public toxic_state {
public:
    explicit http_cut_state(const attribute_values& values)
        : point_(values[0] == 0 ? cut_point::before_headers : cut_point::mid_body),
          wanted_bytes_(static_cast<std::uint64_t>(values[1])),
          cut_(cut_of(values[2])) {}

    void take(piece what, time_point now, outlet& out) override {
        if (stage_ == stage::cut) {
            return;
        }
        if (what.what != piece::kind::bytes || stage_ == stage::gave_up) {
            out.put(std::move(what), now);
            return;
        }
        const std::size_t passed = pass(what.bytes);
        if (stage_ == stage::cut) {
            what.bytes.resize(passed);
        }
        if (!what.bytes.empty()) {
            out.put(std::move(what), now);
        }
        if (stage_ == stage::cut) {
            out.struck();
            out.put(cut_, now);
        }
    }

private:
    enum class stage { head, body, cut, gave_up };

    std::size_t pass(std::string_view bytes) {
        if (point_ == cut_point::before_headers) {
            stage_ = stage::cut;
            return 0;
        }
        std::size_t passed = 0;
        while (passed < bytes.size() && (stage_ == stage::head || stage_ == stage::body)) {
            if (stage_ == stage::body) {
                const std::size_t count =
                    static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size() - passed, left_));
                left_ -= count;
                passed += count;
            } else {
                read_head(bytes[passed++]);
            }
            if (stage_ == stage::body && left_ == 0) {
                stage_ = stage::cut;
            }
        }
        return stage_ == stage::gave_up ? bytes.size() : passed;
    }

    void read_head(char next) {
        head_ += next;
        if (head_.size() > head_bytes_max) {
            stage_ = stage::gave_up;
            return;
        }
        if (!head_.ends_with("\r\n\r\n")) {
            return;
        }
        const std::uint64_t length = body_bytes_of(head_);
        const bool is_http = head_.find("HTTP/1.") != std::string::npos;
        head_.clear();
        if (!is_http) {
            stage_ = stage::gave_up;
        } else if (length != 0) {
            stage_ = stage::body;
            left_ = length == unknown_length ? wanted_bytes_ : std::min(wanted_bytes_, length - 1);
        }
    }

    cut_point point_;
    std::uint64_t wanted_bytes_;
    piece cut_;
    stage stage_ = stage::head;
    std::string head_;
    std::uint64_t left_ = 0;  // of the body, until the cut
};

constexpr std::array<attribute, 3> attributes{{
    {.name = "point", .measure = attribute::unit::word, .max = 1, .words = point_words},
    {.name = "bytes", .measure = attribute::unit::bytes, .max = toxic_bytes_max, .preset = 1},
    cut_attribute,
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start&) {
    return std::make_unique<http_cut_state>(values);
}

}  // namespace

extern const toxic_kind http_cut{
    "http_cut", "The connection ends before an HTTP message, or amid its body.",
    attributes, make,
    nullptr,    toxic_harm::loss};

}  // namespace stormdrain::toxics
