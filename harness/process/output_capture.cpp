#include "harness/process/output_capture.hpp"

#include "harness/base/environment_error.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

// The most that an unprivileged process may ask for (pipe(7), pipe-max-size): the server should
// not feel it when the harness is busy for a moment.
constexpr int pipe_bytes = 1024 * 1024;

constexpr std::size_t read_bytes_max = 64 * 1024;

}  // namespace

output_capture::output_capture(const asio::any_io_executor& executor, std::string path)
    : output_capture(executor, std::move(path), std::vector<std::string>()) {}

output_capture::output_capture(const asio::any_io_executor& executor, std::string path,
                               std::vector<std::string> alarm_words)
    : read_end_(executor), path_(std::move(path)), alarms_(std::move(alarm_words)) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw environment_error(std::string("pipe2: ") + std::strerror(errno));
    }
    read_end_.assign(ends[0]);
    write_end_ = ends[1];
    // Refused where the user's pipes take much memory already; the default of 64 KiB works too.
    ::fcntl(write_end_, F_SETPIPE_SZ, pipe_bytes);
    // Only this end: the two ends have separate status flags, and the server expects to block.
    read_end_.non_blocking(true);
}

output_capture::~output_capture() {
    close_write_end();
}

void output_capture::close_write_end() {
    const int number = std::exchange(write_end_, -1);
    if (number >= 0) {
        ::close(number);  // Linux frees the number whatever close(2) returns
    }
}

asio::awaitable<void> output_capture::run() {
    std::array<char, read_bytes_max> buffer;
    boost::system::error_code error;
    while (!stopped_) {
        const std::size_t count = co_await read_end_.async_read_some(
            asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
        take(buffer.data(), count);
        if (error) {
            break;  // end of file, or stop()
        }
    }
    file_.close();
}

void output_capture::stop() {
    stopped_ = true;
    std::array<char, read_bytes_max> buffer;
    boost::system::error_code error;
    // A survivor may write for ever, so no more is read than the pipe can hold.
    for (std::size_t left = pipe_bytes; left > 0 && !error;) {
        const std::size_t count = read_end_.read_some(asio::buffer(buffer), error);
        take(buffer.data(), count);
        left -= std::min(left, count);
    }
    read_end_.cancel(error);  // run() may not be waiting, which is no error
    file_.flush();
}

void output_capture::take(const char* bytes, std::size_t count) {
    if (count == 0) {
        return;
    }
    const std::uint64_t written_bytes = total_bytes_ - dropped_bytes_;
    const std::size_t fitting =
        static_cast<std::size_t>(std::min<std::uint64_t>(count, file_bytes_max - written_bytes));
    total_bytes_ += count;
    if (total_bytes_ == count && !path_.empty()) {
        file_.open(path_, std::ios::binary | std::ios::trunc);  // most servers print nothing
    }
    if (!path_.empty() && !file_.write(bytes, static_cast<std::streamsize>(fitting))) {
        path_.clear();  // disk full or folder gone: the server must not suffer from it
    }
    dropped_bytes_ += path_.empty() ? count : count - fitting;
    alarms_.take(std::string_view(bytes, count));
    tail_.append(bytes, count);
    if (tail_.size() > tail_bytes_max) {
        tail_.erase(0, tail_.size() - tail_bytes_max);
    }
}

output_summary output_capture::summary() const {
    output_summary result;
    result.path = total_bytes_ > 0 ? path_ : "";
    result.total_bytes = total_bytes_;
    result.dropped_bytes = dropped_bytes_;
    result.tail = tail_;
    result.alarms = alarms_.lines();
    return result;
}

}  // namespace stormdrain
