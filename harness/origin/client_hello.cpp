#include "harness/origin/client_hello.hpp"

#include <cstddef>

namespace stormdrain {

std::string server_name_in(std::span<const unsigned char> extension) {
    // struct { uint16 list length; { uint8 type; uint16 length; name } ... }
    constexpr std::size_t head_bytes = 5;
    constexpr unsigned char host_name = 0;
    if (extension.size() < head_bytes || extension[2] != host_name) {
        return "";
    }
    const std::size_t length = std::size_t{extension[3]} * 256 + extension[4];
    if (extension.size() < head_bytes + length) {
        return "";
    }
    const std::span<const unsigned char> name = extension.subspan(head_bytes, length);
    return {name.begin(), name.end()};
}

}  // namespace stormdrain
