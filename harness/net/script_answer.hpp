#pragma once
// Holds what a server says against what a script expects, without I/O: fed with bytes as they come,
// it says where the answer ends, or why it is none.

#include "harness/net/script.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

class script_answer {
public:
    // One after the other.
    explicit script_answer(std::vector<expectation> expected);

    // Takes bytes, returns how many belong to the answer; the rest came behind it.
    std::size_t feed(std::string_view bytes);
    // The server's FIN: completes an expected close, changes nothing else.
    void end_of_stream();

    bool is_whole() const { return error_.empty() && next_ == expected_.size(); }
    // Why it is none; empty: it may still become one.
    const std::string& error() const { return error_; }

private:
    // How many of the bytes belong to the expectation under way.
    std::size_t take(const expectation& expected, std::string_view bytes);
    std::size_t take_text(std::string_view text, std::string_view bytes);
    std::size_t take_line(const expectation& expected, std::string_view bytes);
    std::size_t take_pattern(const expectation& expected, std::string_view bytes);
    std::size_t take_bytes(const expectation& expected, std::string_view bytes);
    void met();
    void fail(const std::string& wanted, std::string_view got);

    std::vector<expectation> expected_;
    std::size_t next_ = 0;
    std::uint64_t taken_bytes_ = 0;  // of the expectation under way
    std::string taken_;              // the same as text: line and pattern, which are bounded
    std::string error_;
};

// For people: "+PONG\r\n", bytes that are no text as hexadecimal digits; long ones are cut.
std::string shown_bytes(std::string_view bytes);

}  // namespace stormdrain
