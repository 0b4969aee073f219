#include "harness/process/launch/server_input.hpp"

#include "harness/base/environment_error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace stormdrain {
namespace {

boost::system::error_code system_error(int number) {
    return {number, boost::system::system_category()};
}

[[noreturn]] void give_up(const char* call) {
    throw environment_error(std::string("cannot make a standard input: ") + call + ": " +
                            std::strerror(errno));
}

}  // namespace

server_input::server_input() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        give_up("pipe2");
    }
    read_end_.reset(ends[0]);
    write_end_.reset(ends[1]);
    // Only of this end: the server's must block as every standard input does.
    if (::fcntl(write_end_.get(), F_SETFL, O_NONBLOCK) != 0) {
        give_up("fcntl(O_NONBLOCK)");
    }
}

boost::system::error_code server_input::write(std::string_view text) {
    if (text.size() > bytes_max) {
        return system_error(EMSGSIZE);
    }
    if (!write_end_.is_open()) {
        return system_error(EPIPE);
    }
    return ::write(write_end_.get(), text.data(), text.size()) < 0 ? system_error(errno)
                                                                   : boost::system::error_code();
}

}  // namespace stormdrain
