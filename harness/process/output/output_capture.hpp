#pragma once
// Drains a server's stdout and stderr, at once unless a fault wants otherwise: a server that blocks
// on its log pipe is the harness's doing. Bounded on disk and in memory.

#include "harness/base/time.hpp"
#include "harness/process/output/alarm_watch.hpp"
#include "harness/process/output/output_sink.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

struct output_summary {
    std::string path;                 // the log file; empty when there is none
    std::uint64_t total_bytes = 0;    // what the server wrote
    std::uint64_t dropped_bytes = 0;  // beyond the bound, not in the file
    std::string tail;                 // the last bytes, at most tail_bytes_max
    std::vector<std::string> alarms;  // lines with alarm words, whatever the file took
};

class output_capture {
public:
    static constexpr std::uint64_t file_bytes_max = 4 * 1024 * 1024;
    static constexpr std::size_t tail_bytes_max = 16 * 1024;

    // The log file is made with the first byte. Throws environment_error.
    output_capture(const boost::asio::any_io_executor& executor, std::string path);
    output_capture(const boost::asio::any_io_executor& executor, std::string path,
                   std::vector<std::string> alarm_words, output_sink into = output_sink::pipe);

    // The write end, for the server; close_write_end() once it was handed over.
    int write_end() const { return write_end_.get(); }
    void close_write_end() { write_end_.reset(); }
    output_capture(const output_capture&) = delete;
    output_capture& operator=(const output_capture&) = delete;

    // Reads until every holder of the write end is gone, or stop() was called.
    boost::asio::awaitable<void> run();
    // Reads what is there without waiting, then lets run() end.
    void stop();

    // From now on nothing is read, out of a pipe as small as the kernel makes it and full already:
    // the server's next line blocks. What fills it is ours and not part of the server's output. An
    // error, and nothing changed, when the kernel does not let us.
    boost::system::error_code hold_back();
    // The same, but for a few bytes at a time.
    struct trickle {
        std::size_t bytes = 0;
        duration every{};
    };
    boost::system::error_code slow_down(trickle pace);
    // Back to reading at once. Must come before the server is judged.
    void resume();
    bool is_held_back() const { return pace_.has_value(); }
    // What the server has written and nobody has read yet; what fills the pipe counts, too.
    std::size_t waiting_bytes();
    output_summary summary() const;

private:
    void drain();
    // Nothing when the writers are gone for good.
    std::optional<std::size_t> read_at_once(std::size_t bytes_max);
    boost::system::error_code fill();
    void take(const char* bytes, std::size_t count);
    void keep(const char* bytes, std::size_t count);

    boost::asio::posix::stream_descriptor read_end_;
    std::optional<trickle> pace_;          // empty: as it comes
    boost::asio::steady_timer next_read_;  // while held back
    std::vector<char> buffer_;
    std::size_t filling_bytes_ = 0;  // of those that come next, ours
    owned_descriptor write_end_;
    std::string path_;
    std::ofstream file_;
    std::uint64_t total_bytes_ = 0;
    std::uint64_t dropped_bytes_ = 0;
    std::string tail_;
    alarm_watch alarms_;
    bool stopped_ = false;
};

}  // namespace stormdrain
