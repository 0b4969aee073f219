#include "harness/report/guarded_output.hpp"

#include <algorithm>
#include <sstream>

namespace stormdrain {
namespace {

bool is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

bool is_blank(char character) {
    return character == ' ' || character == '\t' || character == '\v' || character == '\f';
}

// What a reader may not see: .NET, in which Azure's agent and GitHub's runner are written, leaves
// out control characters, soft hyphens and the like when it looks for a text as its culture has
// it, and trims blanks of all of Unicode. So nothing beyond ASCII comes between what it looks for.
bool is_unseen(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return (byte < ' ' && !is_blank(character)) || byte >= 0x7f;
}

}  // namespace

guarded_output::int_type guarded_output::overflow(int_type character) {
    const std::lock_guard lock(mutex_);
    if (!traits_type::eq_int_type(character, traits_type::eof())) {
        put(traits_type::to_char_type(character));
    }
    return out_.good() ? traits_type::not_eof(character) : traits_type::eof();
}

std::streamsize guarded_output::xsputn(const char* text, std::streamsize count) {
    const std::lock_guard lock(mutex_);
    for (std::streamsize index = 0; index < count; ++index) {
        put(text[index]);
    }
    return out_.good() ? count : 0;
}

int guarded_output::sync() {
    const std::lock_guard lock(mutex_);
    out_.flush();
    return out_.good() ? 0 : -1;
}

void guarded_output::begin_line() {
    is_at_beginning_ = true;
    repeated_ = '\0';
    repeated_count_ = 0;
    hashes_count_ = 0;
    is_in_word_ = false;
    last_.fill('\0');
}

void guarded_output::put(char character) {
    if (character == '\n' || character == '\r') {  // either ends a line for some reader
        out_.put(character);
        begin_line();
        return;
    }
    if (is_unseen(character)) {
        out_.put(character);
        return;
    }
    look_at_beginning(character);
    look_at_hashes(character);
    look_at_word(character);
    out_.put(character);
    std::shift_left(last_.begin(), last_.end(), 1);
    last_.back() = character;
}

void guarded_output::look_at_beginning(char character) {
    if (!is_at_beginning_) {
        return;
    }
    constexpr std::string_view of_buildkite = "-+~^";
    if (repeated_count_ == 0) {
        is_at_beginning_ = is_blank(character) || character == ':' ||
                           of_buildkite.find(character) != std::string_view::npos;
        if (is_at_beginning_ && !is_blank(character)) {
            repeated_ = character;
            repeated_count_ = 1;
        }
        return;
    }
    if (repeated_ == ':') {
        if (character == ':') {
            out_.put(' ');
        }
        is_at_beginning_ = false;
        return;
    }
    constexpr std::size_t signs_of_a_group = 3;
    if (character == repeated_) {
        ++repeated_count_;
        return;
    }
    if (repeated_count_ == signs_of_a_group && is_blank(character)) {
        out_.put(repeated_);
    }
    is_at_beginning_ = false;
}

void guarded_output::look_at_hashes(char character) {
    if (character == '#') {
        hashes_count_ = is_in_word_ ? 1 : hashes_count_ + 1;
        is_in_word_ = false;
        return;
    }
    const bool is_behind = hashes_count_ >= 2;
    if (is_behind && is_letter(character)) {
        is_in_word_ = true;
        return;
    }
    if (is_behind && character == '[') {
        out_.put(' ');
    }
    hashes_count_ = 0;
    is_in_word_ = false;
}

bool guarded_output::ends_with_section_word() const {
    const std::string_view last(last_.data(), last_.size());
    return last.ends_with("section_start") || last.ends_with("section_end");
}

void guarded_output::look_at_word(char character) {
    if (character == ':' && ends_with_section_word()) {
        out_.put(' ');
    }
}

std::string guarded(std::string_view text) {
    std::ostringstream behind;
    guarded_output guard(behind);
    std::ostream(&guard) << text;
    return behind.str();
}

}  // namespace stormdrain
