#include "harness/process/exits/leak_sanitizer.hpp"

#include "harness/process/owned_descriptor.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>

namespace stormdrain {
namespace {

// Every program with the sanitizer inside exports it, for the program's own use
// (sanitizer/lsan_interface.h).
constexpr std::string_view interface_name = "__lsan_do_leak_check";
// Of a larger program the rest is not searched: its symbols are near the beginning (ELF .dynstr).
constexpr std::size_t searched_bytes_max = 256 * 1024 * 1024;

bool maps_library(pid_t pid) {
    std::ifstream lines("/proc/" + std::to_string(pid) + "/maps");
    for (std::string line; std::getline(lines, line);) {
        if (line.find("/libasan.so") != std::string::npos ||
            line.find("/liblsan.so") != std::string::npos) {
            return true;
        }
    }
    return false;
}

bool program_contains(pid_t pid, std::string_view text) {
    const std::string path = "/proc/" + std::to_string(pid) + "/exe";
    const owned_descriptor program(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat facts {};
    if (!program.is_open() || ::fstat(program.get(), &facts) != 0 || facts.st_size <= 0) {
        return false;
    }
    const std::size_t length =
        std::min(static_cast<std::size_t>(facts.st_size), searched_bytes_max);
    void* const mapped = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, program.get(), 0);
    if (mapped == MAP_FAILED) {
        return false;
    }
    const std::string_view bytes(static_cast<const char*>(mapped), length);
    const bool found = bytes.find(text) != std::string_view::npos;
    ::munmap(mapped, length);  // fails only for a range that is not mapped
    return found;
}

}  // namespace

bool has_leak_sanitizer(pid_t pid) {
    return maps_library(pid) || program_contains(pid, interface_name);
}

}  // namespace stormdrain
