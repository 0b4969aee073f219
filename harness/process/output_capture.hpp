#pragma once
// Drains a server's stdout and stderr, always and at once: a server that blocks on its log pipe
// would be the harness's fault. Bounded on disk and in memory.

#include "harness/process/alarm_watch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <fstream>
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
                   std::vector<std::string> alarm_words);

    // The write end, for the server; close_write_end() once it was handed over.
    int write_end() const { return write_end_; }
    void close_write_end();
    ~output_capture();
    output_capture(const output_capture&) = delete;
    output_capture& operator=(const output_capture&) = delete;

    // Reads until every holder of the write end is gone, or stop() was called.
    boost::asio::awaitable<void> run();
    // Reads what is there without waiting, then lets run() end.
    void stop();
    output_summary summary() const;

private:
    void take(const char* bytes, std::size_t count);

    boost::asio::posix::stream_descriptor read_end_;
    int write_end_ = -1;
    std::string path_;
    std::ofstream file_;
    std::uint64_t total_bytes_ = 0;
    std::uint64_t dropped_bytes_ = 0;
    std::string tail_;
    alarm_watch alarms_;
    bool stopped_ = false;
};

}  // namespace stormdrain
