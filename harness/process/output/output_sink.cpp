#include "harness/process/output/output_sink.hpp"

#include "harness/base/environment_error.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace stormdrain {
namespace {

constexpr std::array<std::pair<std::string_view, output_sink>, 3> words{
    {{"pipe", output_sink::pipe},
     {"pty", output_sink::terminal},
     {"devnull", output_sink::nothing}}};

[[noreturn]] void fail(const std::string& what) {
    throw environment_error(what + ": " + std::strerror(errno));
}

opened_sink open_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        fail("pipe2");
    }
    opened_sink opened;
    opened.read_end.reset(ends[0]);
    opened.write_end.reset(ends[1]);
    return opened;
}

// The server's end passes bytes on as they are: no carriage returns, no echo.
void make_raw(int terminal) {
    termios settings{};
    if (::tcgetattr(terminal, &settings) != 0) {
        fail("tcgetattr");
    }
    ::cfmakeraw(&settings);
    if (::tcsetattr(terminal, TCSANOW, &settings) != 0) {
        fail("tcsetattr");
    }
}

opened_sink open_terminal() {
    opened_sink opened;
    opened.read_end.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    std::array<char, 64> name{};
    if (!opened.read_end.is_open() || ::grantpt(opened.read_end.get()) != 0 ||
        ::unlockpt(opened.read_end.get()) != 0 ||
        ::ptsname_r(opened.read_end.get(), name.data(), name.size()) != 0) {
        fail("no pseudo-terminal");
    }
    opened.write_end.reset(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!opened.write_end.is_open()) {
        fail(name.data());
    }
    make_raw(opened.write_end.get());
    return opened;
}

opened_sink open_nothing() {
    opened_sink opened = open_pipe();  // its reader meets the end at once
    opened.write_end.reset(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!opened.write_end.is_open()) {
        fail("/dev/null");
    }
    return opened;
}

}  // namespace

std::string_view to_text(output_sink sink) {
    return std::ranges::find(words, sink, [](const auto& each) { return each.second; })->first;
}

std::span<const std::pair<std::string_view, output_sink>> output_sink_words() {
    return words;
}

opened_sink open_sink(output_sink kind) {
    switch (kind) {
        case output_sink::terminal:
            return open_terminal();
        case output_sink::nothing:
            return open_nothing();
        case output_sink::pipe:
            break;
    }
    return open_pipe();
}

}  // namespace stormdrain
