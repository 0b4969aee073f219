#pragma once
// A server's standard input, for servers that are stopped there: a pipe whose write end stays with
// the harness, close-on-exec, so that nobody else can keep it open.

#include "harness/process/owned_descriptor.hpp"

#include <boost/system/error_code.hpp>

#include <string_view>

namespace stormdrain {

class server_input {
public:
    // Throws environment_error.
    server_input();

    // For launch_descriptors; to be closed here once the server was launched, or the server's own
    // close of it would go unnoticed.
    int read_end() const { return read_end_.get(); }
    void close_read_end() { read_end_.reset(); }

    // Without waiting: all of it, or an error. At most bytes_max; "broken pipe" when the server has
    // closed its end, and SIGPIPE is ignored, as every command does.
    boost::system::error_code write(std::string_view text);
    // The server reads end-of-file.
    void close() { write_end_.reset(); }

    // PIPE_BUF of pipe(7): so much is written at once or not at all.
    static constexpr std::size_t bytes_max = 4096;

private:
    owned_descriptor read_end_;
    owned_descriptor write_end_;
};

}  // namespace stormdrain
