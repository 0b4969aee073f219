#pragma once
// A program in a terminal of its own, and what a person sees there.

#include "ci/acceptance/program.hpp"

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain::acceptance {

// What stands on the rows of a terminal, as far as the harness uses one: text, line breaks, colors
// (ECMA-48 SGR), and the sequences that move up and erase. A line that is full goes on below.
class terminal_screen {
public:
    explicit terminal_screen(std::size_t columns) : columns_(columns), rows_(1) {}

    void take(std::string_view bytes);
    // As terminals do that do not break lines anew: what is beyond the edge is cut.
    void resize(std::size_t columns);

    // All that were ever written, with what has scrolled out of sight.
    const std::vector<std::string>& rows() const { return rows_; }
    // Of sequences that it does not know; the harness is to use none.
    const std::string& unknown() const { return unknown_; }

private:
    void take_character(std::string_view bytes);
    void take_sequence(char final, std::string_view parameters);
    std::size_t sequence_end(std::string_view bytes) const;

    std::size_t columns_;
    std::vector<std::string> rows_;  // in bytes: tests write ASCII, blocks count as one character
    std::size_t row_ = 0;
    std::size_t column_ = 0;
    std::string rest_;  // a sequence whose end has not come yet
    std::string unknown_;
};

// It reads what the program writes, and writes what a person types.
class terminal_program {
public:
    // `environment`: what is set in it, beside ours. Throws std::system_error.
    terminal_program(const std::vector<std::string>& argv,
                     const std::vector<std::pair<std::string, std::string>>& environment,
                     std::size_t columns);
    terminal_program(const terminal_program&) = delete;
    terminal_program& operator=(const terminal_program&) = delete;
    ~terminal_program();

    // What it has written since; empty at the deadline, and once it has ended.
    std::string read(clock::time_point deadline);
    bool has_ended() const { return ended_; }
    void type(std::string_view keys);
    void resize(std::size_t columns);
    // To be asked once it has ended.
    ending wait();

private:
    int terminal_ = -1;
    pid_t pid_ = -1;
    bool ended_ = false;
    bool reaped_ = false;
};

}  // namespace stormdrain::acceptance
