#include "harness/process/output/output_capture.hpp"

#include "harness/process/owned_descriptor.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

// The most that an unprivileged process may ask for (pipe(7), pipe-max-size): the server should
// not feel it when the harness is busy for a moment.
constexpr int pipe_bytes = 1024 * 1024;

constexpr std::size_t read_bytes_max = 64 * 1024;

// A server that writes without a pause may always be the first into an empty pipe.
constexpr int fill_attempts_max = 1000;

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

}  // namespace

output_capture::output_capture(const asio::any_io_executor& executor, std::string path)
    : output_capture(executor, std::move(path), std::vector<std::string>()) {}

output_capture::output_capture(const asio::any_io_executor& executor, std::string path,
                               std::vector<std::string> alarm_words, output_sink into)
    : read_end_(executor),
      next_read_(executor),
      buffer_(read_bytes_max),
      path_(std::move(path)),
      alarms_(std::move(alarm_words)) {
    opened_sink sink = open_sink(into);
    read_end_.assign(sink.read_end.release());
    write_end_ = std::move(sink.write_end);
    // Only this end: the two ends have separate status flags, and the server expects to block.
    read_end_.non_blocking(true);
    // Refused where the user's pipes take much memory already, and where it is none; the default
    // of 64 KiB works too.
    ::fcntl(read_end_.native_handle(), F_SETPIPE_SZ, pipe_bytes);
}

// Waits first and reads then, in one go: a read that was done and not yet told of when a fault
// fills the pipe would get its bytes taken for the fault's.
asio::awaitable<void> output_capture::run() {
    bool writers_gone = false;
    while (!stopped_ && !writers_gone) {
        // Cancelled by hold_back(), resume() or stop(): look again. Cancelled by the owner of this
        // coroutine: the next wait throws.
        boost::system::error_code woken;
        auto token = asio::redirect_error(asio::use_awaitable, woken);
        if (pace_) {
            next_read_.expires_at(pace_->bytes > 0 ? clock::now() + pace_->every
                                                   : time_point::max());
            co_await next_read_.async_wait(std::move(token));
        } else {
            co_await read_end_.async_wait(asio::posix::stream_descriptor::wait_read,
                                          std::move(token));
        }
        if (!stopped_ && !woken) {
            writers_gone = read_at_once(pace_ ? pace_->bytes : read_bytes_max) == std::nullopt;
        }
    }
    file_.close();
}

std::optional<std::size_t> output_capture::read_at_once(std::size_t bytes_max) {
    boost::system::error_code error;
    const std::size_t count = read_end_.read_some(
        asio::buffer(buffer_.data(), std::min(buffer_.size(), bytes_max)), error);
    take(buffer_.data(), count);
    if (error && error != asio::error::would_block) {
        return std::nullopt;  // the end of the file
    }
    return count;
}

void output_capture::drain() {
    // A survivor may write for ever, so no more is read than the pipe can hold.
    std::size_t left = pipe_bytes;
    for (std::size_t count = 1; left > 0 && count > 0; left -= std::min(left, count)) {
        count = read_at_once(read_bytes_max).value_or(0);
    }
}

void output_capture::stop() {
    stopped_ = true;
    drain();
    pace_.reset();
    next_read_.cancel();
    boost::system::error_code error;
    read_end_.cancel(error);  // run() may not be waiting, which is no error
    file_.flush();
}

boost::system::error_code output_capture::hold_back() {
    return slow_down(trickle());
}

boost::system::error_code output_capture::slow_down(trickle pace) {
    const boost::system::error_code error = fill();
    if (error) {
        resume();
        return error;
    }
    pace_ = pace;
    next_read_.cancel();
    boost::system::error_code nobody_reads;  // then run() sees the pace before it reads
    read_end_.cancel(nobody_reads);
    return {};
}

void output_capture::resume() {
    pace_.reset();
    ::fcntl(read_end_.native_handle(), F_SETPIPE_SZ, pipe_bytes);  // refused: as at the beginning
    next_read_.cancel();
}

std::size_t output_capture::waiting_bytes() {
    int count = 0;
    ::ioctl(read_end_.native_handle(), FIONREAD, &count);  // cannot fail for a pipe
    return static_cast<std::size_t>(count);
}

// One write of a whole page into a pipe of one page succeeds only when the pipe is empty, and then
// all of it is ours (pipe_write of fs/pipe.c): so ours are exactly the bytes that come next.
boost::system::error_code output_capture::fill() {
    const int pipe = read_end_.native_handle();
    // The end that the server has is not ours any more; this is another way to it (proc(5)).
    const std::string way = "/proc/self/fd/" + std::to_string(pipe);
    const owned_descriptor entry(::open(way.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (!entry.is_open()) {
        return last_error();
    }
    const std::vector<char> page(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
    for (int attempt = 0; attempt < fill_attempts_max; ++attempt) {
        drain();
        const int size = ::fcntl(pipe, F_SETPIPE_SZ, static_cast<int>(page.size()));
        if (size < 0 && errno == EBUSY) {
            continue;  // the server has written meanwhile
        }
        if (size < 0 || static_cast<std::size_t>(size) != page.size()) {
            return size < 0 ? last_error() : boost::system::error_code(asio::error::message_size);
        }
        const ssize_t written = ::write(entry.get(), page.data(), page.size());
        if (written == static_cast<ssize_t>(page.size())) {
            filling_bytes_ = page.size();
            return {};
        }
        if (written < 0 && errno != EAGAIN) {
            return last_error();
        }
    }
    return asio::error::try_again;  // the server writes faster than anybody could fill
}

void output_capture::take(const char* bytes, std::size_t count) {
    const std::size_t ours = std::min(count, filling_bytes_);
    filling_bytes_ -= ours;
    keep(bytes + ours, count - ours);
}

void output_capture::keep(const char* bytes, std::size_t count) {
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
