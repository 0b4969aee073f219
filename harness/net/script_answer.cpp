#include "harness/net/script_answer.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace stormdrain {
namespace {

// Enough to see which answer it was.
constexpr std::size_t shown_bytes_max = 40;

bool is_text(unsigned char byte) {
    return std::isprint(byte) != 0 || byte == '\r' || byte == '\n' || byte == '\t';
}

std::string escaped(std::string_view text) {
    std::string shown;
    for (const char character : text) {
        switch (character) {
            case '\r':
                shown += "\\r";
                break;
            case '\n':
                shown += "\\n";
                break;
            case '\t':
                shown += "\\t";
                break;
            default:
                shown += character;
        }
    }
    return shown;
}

std::string as_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    for (const char each : bytes) {
        const auto byte = static_cast<unsigned char>(each);
        shown += shown.empty() ? "" : " ";
        shown += digits[byte / digits.size()];
        shown += digits[byte % digits.size()];
    }
    return shown;
}

}  // namespace

std::string shown_bytes(std::string_view bytes) {
    const std::string_view some = bytes.substr(0, shown_bytes_max);
    const std::string more = some.size() < bytes.size() ? "..." : "";
    if (std::ranges::all_of(some, is_text)) {
        return "\"" + escaped(some) + "\"" + more;
    }
    return "the bytes " + as_hex(some) + more;
}

script_answer::script_answer(std::vector<expectation> expected) : expected_(std::move(expected)) {}

std::size_t script_answer::feed(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && next_ < expected_.size() && error_.empty()) {
        taken += take(expected_[next_], bytes.substr(taken));
    }
    return taken;
}

void script_answer::end_of_stream() {
    if (next_ < expected_.size() && expected_[next_].how == expectation::kind::close) {
        met();
    }
}

std::size_t script_answer::take(const expectation& expected, std::string_view bytes) {
    switch (expected.how) {
        case expectation::kind::text:
            return take_text(expected.text, bytes);
        case expectation::kind::line:
            return take_line(expected, bytes);
        case expectation::kind::pattern:
            return take_pattern(expected, bytes);
        case expectation::kind::bytes:
            return take_bytes(expected, bytes);
        case expectation::kind::close:
            break;
    }
    fail("the server's close", bytes);
    return 0;
}

std::size_t script_answer::take_text(std::string_view text, std::string_view bytes) {
    const std::string_view left = text.substr(taken_bytes_);
    const std::string_view piece = bytes.substr(0, left.size());
    if (!left.starts_with(piece)) {
        fail(shown_bytes(text), std::string(text.substr(0, taken_bytes_)) + std::string(bytes));
        return 0;
    }
    taken_bytes_ += piece.size();
    if (taken_bytes_ == text.size()) {
        met();
    }
    return piece.size();
}

std::size_t script_answer::take_line(const expectation& expected, std::string_view bytes) {
    const std::size_t before = taken_.size();
    const std::size_t room = expected.bytes_count - before;
    taken_ += bytes.substr(0, room);
    const std::size_t compared = std::min(taken_.size(), expected.text.size());
    // Of a line that may end with what it begins with, the end is looked for behind the beginning.
    const std::size_t end = taken_.find(expected.until, expected.text.size());
    const std::string wanted = "a line that begins with " + shown_bytes(expected.text) +
                               " and ends with " + shown_bytes(expected.until) + " within " +
                               std::to_string(expected.bytes_count) + " bytes";
    const bool begins_so = std::string_view(taken_).substr(0, compared) ==
                           std::string_view(expected.text).substr(0, compared);
    if (!begins_so || (end == std::string::npos && taken_.size() >= expected.bytes_count)) {
        fail(wanted, taken_);
        return 0;
    }
    if (end == std::string::npos) {
        return taken_.size() - before;
    }
    const std::size_t used = end + expected.until.size() - before;
    met();
    return used;
}

std::size_t script_answer::take_pattern(const expectation& expected, std::string_view bytes) {
    const std::size_t before = taken_.size();
    taken_ += bytes.substr(0, expected.bytes_count - before);
    const byte_pattern::outcome seen = expected.pattern.look_at(taken_);
    const bool is_full = taken_.size() >= expected.bytes_count;
    if (seen.how == byte_pattern::match::never ||
        (seen.how == byte_pattern::match::may_follow && is_full)) {
        fail("a match of " + shown_bytes(expected.pattern.text()) + " within " +
                 std::to_string(expected.bytes_count) + " bytes",
             taken_);
        return 0;
    }
    if (seen.how == byte_pattern::match::may_follow) {
        return taken_.size() - before;
    }
    // Bytes of an earlier look cannot be beyond the match: it would have been whole then.
    const std::size_t used = seen.bytes - std::min(before, seen.bytes);
    met();
    return used;
}

std::size_t script_answer::take_bytes(const expectation& expected, std::string_view bytes) {
    const std::uint64_t left = expected.bytes_count - taken_bytes_;
    const auto used = static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()));
    taken_bytes_ += used;
    if (taken_bytes_ == expected.bytes_count) {
        met();
    }
    return used;
}

void script_answer::met() {
    ++next_;
    taken_bytes_ = 0;
    taken_.clear();
}

void script_answer::fail(const std::string& wanted, std::string_view got) {
    error_ = "expected " + wanted + ", got " + shown_bytes(got);
}

}  // namespace stormdrain
