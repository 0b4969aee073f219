#include "harness/process/launch/memory_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace stormdrain {

owned_descriptor make_memory_file(const char* name, const std::string& bytes) {
    owned_descriptor file(::memfd_create(name, MFD_CLOEXEC));
    std::size_t done = 0;
    while (file.is_open() && done < bytes.size()) {
        const ssize_t count = ::write(file.get(), bytes.data() + done, bytes.size() - done);
        if (count >= 0) {
            done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            const int error = errno;
            file.reset();
            errno = error;
        }
    }
    return file;
}

std::optional<std::string> read_memory_file(int file, std::size_t bytes_max) {
    struct stat facts {};
    if (::fstat(file, &facts) != 0 || facts.st_size < 0 ||
        static_cast<std::size_t>(facts.st_size) > bytes_max) {
        return std::nullopt;
    }
    std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count =
            ::pread(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (count <= 0) {
            return std::nullopt;
        }
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

}  // namespace stormdrain
