#include "harness/base/time.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace stormdrain {
namespace {

std::string without_trailing_zeros(double amount, int decimals) {
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, amount);
    std::string text = buffer.data();
    if (decimals > 0) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
    }
    return text;
}

}  // namespace

std::string to_text(duration length) {
    struct unit {
        double nanoseconds;
        const char* name;
    };
    constexpr std::array<unit, 4> units{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
    // A length that would be rounded to 1000 of a unit is one of the next.
    constexpr double rounded_up = 0.9995;
    const double count = static_cast<double>(length.count());
    for (const unit& candidate : units) {
        const double amount = count / candidate.nanoseconds;
        if (std::abs(amount) >= rounded_up) {
            const int decimals = std::abs(amount) >= 99.95 ? 0 : std::abs(amount) >= 9.995 ? 1 : 2;
            return without_trailing_zeros(amount, decimals) + " " + candidate.name;
        }
    }
    return "0 s";
}

}  // namespace stormdrain
