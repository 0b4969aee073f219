#include "ci/acceptance/terminal.hpp"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace stormdrain::acceptance {
namespace {

constexpr unsigned short rows_count = 30;

winsize size_of(std::size_t columns) {
    winsize size{};
    size.ws_row = rows_count;
    size.ws_col = static_cast<unsigned short>(columns);
    return size;
}

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

// Characters are of as many bytes as they have: the position of one of them.
std::size_t byte_of(const std::string& row, std::size_t column) {
    std::size_t at = 0;
    for (; column > 0 && at < row.size(); --column) {
        do {
            ++at;
        } while (at < row.size() && is_continuation(row[at]));
    }
    return at;
}

std::size_t characters_in(const std::string& row) {
    return static_cast<std::size_t>(
        std::ranges::count_if(row, [](char byte) { return !is_continuation(byte); }));
}

}  // namespace

void terminal_screen::take(std::string_view bytes) {
    const std::string all = std::exchange(rest_, "") + std::string(bytes);
    for (std::size_t at = 0; at < all.size();) {
        const std::string_view left = std::string_view(all).substr(at);
        std::size_t length = 1;
        if (left[0] == '\x1b') {
            length = sequence_end(left);
            if (length == 0) {
                rest_ = left;
                return;
            }
            if (left.size() > 1 && left[1] == '[') {
                take_sequence(left[length - 1], left.substr(2, length - 3));
            } else {
                unknown_ += left.substr(0, length);
            }
        } else {
            while (length < left.size() && is_continuation(left[length])) {
                ++length;
            }
            take_character(left.substr(0, length));
        }
        at += length;
    }
}

// 0: it is not whole yet.
std::size_t terminal_screen::sequence_end(std::string_view bytes) const {
    if (bytes.size() < 2) {
        return 0;
    }
    if (bytes[1] != '[') {
        return 2;
    }
    for (std::size_t at = 2; at < bytes.size(); ++at) {
        if (bytes[at] >= 0x40 && bytes[at] <= 0x7e) {
            return at + 1;
        }
    }
    return 0;
}

void terminal_screen::take_character(std::string_view bytes) {
    if (bytes == "\r") {
        column_ = 0;
        return;
    }
    if (bytes == "\n" || column_ == columns_) {
        ++row_;
        rows_.resize(std::max(rows_.size(), row_ + 1));
        column_ = bytes == "\n" ? column_ : 0;
        if (bytes == "\n") {
            return;
        }
    }
    std::string& row = rows_[row_];
    const std::size_t have = characters_in(row);
    row.append(column_ > have ? column_ - have : 0, ' ');
    const std::size_t from = byte_of(row, column_);
    row.replace(from, byte_of(row, column_ + 1) - from, bytes);
    ++column_;
}

void terminal_screen::take_sequence(char final, std::string_view parameters) {
    const std::string number(parameters);
    if (final == 'm') {
        return;
    }
    if (final == 'K' || final == 'J') {
        rows_[row_].resize(byte_of(rows_[row_], column_));
        if (final == 'J') {
            rows_.resize(row_ + 1);
        }
    } else if (final == 'A') {
        row_ -= std::min(row_, number.empty() ? std::size_t{1} : std::stoul(number));
    } else {
        unknown_ += "\x1b[" + number + final;
    }
}

void terminal_screen::resize(std::size_t columns) {
    columns_ = columns;
    for (std::string& row : rows_) {
        row.resize(byte_of(row, columns));
    }
    column_ = std::min(column_, columns);
}

terminal_program::terminal_program(
    const std::vector<std::string>& argv,
    const std::vector<std::pair<std::string, std::string>>& environment, std::size_t columns) {
    std::vector<char*> words;
    for (const std::string& word : argv) {
        words.push_back(const_cast<char*>(word.c_str()));  // execv does not write to them
    }
    words.push_back(nullptr);
    winsize size = size_of(columns);
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0) {
        throw std::system_error(errno, std::generic_category(), "forkpty");
    }
    if (pid_ == 0) {
        for (const auto& [name, value] : environment) {
            ::setenv(name.c_str(), value.c_str(), 1);
        }
        ::execv(words[0], words.data());
        ::_exit(127);
    }
}

terminal_program::~terminal_program() {
    if (!reaped_) {
        ::kill(pid_, SIGKILL);  // not reaped yet, so the number is still its own
        wait();
    }
    ::close(terminal_);
}

std::string terminal_program::read(clock::time_point deadline) {
    pollfd readable{terminal_, POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    const int time_ms = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
    if (ended_ || ::poll(&readable, 1, time_ms) <= 0) {
        return {};
    }
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(terminal_, buffer.data(), buffer.size());
    if (count <= 0) {  // EIO: nobody has the terminal any more (pty(7))
        ended_ = true;
        return {};
    }
    return {buffer.data(), static_cast<std::size_t>(count)};
}

void terminal_program::type(std::string_view keys) {
    const ssize_t count = ::write(terminal_, keys.data(), keys.size());
    if (count != static_cast<ssize_t>(keys.size())) {
        throw std::system_error(errno, std::generic_category(), "cannot type");
    }
}

void terminal_program::resize(std::size_t columns) {
    const winsize size = size_of(columns);
    ::ioctl(terminal_, TIOCSWINSZ, &size);
}

ending terminal_program::wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    ending how;
    if (WIFEXITED(status)) {
        how.exit_code = WEXITSTATUS(status);
    } else {
        how.signal = WTERMSIG(status);
    }
    return how;
}

}  // namespace stormdrain::acceptance
