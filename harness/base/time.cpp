#include "harness/base/time.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace stormdrain {

std::string to_text(duration length) {
    struct unit {
        double nanoseconds;
        const char* name;
    };
    constexpr std::array<unit, 4> units{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
    const double count = static_cast<double>(length.count());
    for (const unit& candidate : units) {
        if (std::abs(count) >= candidate.nanoseconds) {
            std::array<char, 48> text{};
            std::snprintf(text.data(), text.size(), "%.3g %s", count / candidate.nanoseconds,
                          candidate.name);
            return text.data();
        }
    }
    return "0 s";
}

}  // namespace stormdrain
