#include "harness/checks/fingerprint.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <set>

namespace stormdrain {

std::string short_digest(std::string_view text, std::size_t digits) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> bytes{};
    // Texts may hold any byte; so does an array of unsigned char ([basic.lval]).
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data());
    constexpr std::string_view numerals = "0123456789abcdef";
    std::string written;
    for (std::size_t i = 0; i < bytes.size() && written.size() < digits; ++i) {
        written += numerals[bytes.at(i) >> 4U];
        written += numerals[bytes.at(i) & 0xfU];
    }
    written.resize(std::min(written.size(), digits));
    return written;
}

std::string fingerprint_of(std::string_view check, const std::optional<grid_cell>& cell,
                           std::span<const std::string> traits) {
    // A line each: what ends in the one never begins in the other.
    std::string text = "check " + std::string(check) + "\n";
    if (cell) {
        text += "cell " + cell->row + " @ " + cell->column + "\n";
    }
    for (const std::string& trait : std::set<std::string>(traits.begin(), traits.end())) {
        text += "trait " + trait + "\n";
    }
    return short_digest(text, fingerprint_digits);
}

}  // namespace stormdrain
