#include "harness/base/digest.hpp"

#include <bit>

namespace stormdrain {

void digest::mix(unsigned char byte) {
    value_ ^= byte;
    value_ *= 0x100000001b3ULL;
}

digest& digest::add(std::string_view bytes) {
    add(bytes.size());
    for (const char byte : bytes) {
        mix(static_cast<unsigned char>(byte));
    }
    return *this;
}

digest& digest::add(std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
        mix(static_cast<unsigned char>(number >> shift & 0xffU));
    }
    return *this;
}

digest& digest::add(double number) {
    return add(std::bit_cast<std::uint64_t>(number));
}

digest& digest::add(duration length) {
    return add(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(length).count()));
}

}  // namespace stormdrain
