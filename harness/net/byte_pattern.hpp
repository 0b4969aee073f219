#pragma once
// A regular expression (Perl's syntax) that bytes from the wire are held against as they come: it
// says early that nothing can follow to make them match.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace stormdrain {

class byte_pattern {
public:
    // Matches nothing but no bytes at all.
    byte_pattern() = default;
    // Throws std::invalid_argument, whose text says what is wrong with it.
    explicit byte_pattern(std::string text);

    const std::string& text() const { return text_; }
    bool operator==(const byte_pattern& other) const { return text_ == other.text_; }

    enum class match { whole, may_follow, never };
    struct outcome {
        match how = match::never;
        std::size_t bytes = 0;  // whole: of the match, which begins with the first byte
    };
    // The first match of the bytes so far: a pattern ends with something definite, such as \r\n.
    outcome look_at(std::string_view bytes) const;

private:
    struct compiled;

    std::string text_;
    std::shared_ptr<const compiled> compiled_;  // shared by the copies of a route
};

}  // namespace stormdrain
