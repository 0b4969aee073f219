#include "harness/report/page/scale.hpp"

#include "harness/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace stormdrain::page {
namespace {

// The smallest of 1, 2 and 5 times a power of ten that is no less.
double round_step(double at_least) {
    const double power = std::pow(10.0, std::floor(std::log10(at_least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (power * factor >= at_least * (1 - 1e-9)) {
            return power * factor;
        }
    }
    return power * 10.0;
}

// 1, 2 and 5 times each power of ten: where an axis has few of those alone.
std::vector<double> finer_ticks(double low, double high) {
    std::vector<double> found;
    for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            if (power * factor >= low && power * factor <= high) {
                found.push_back(power * factor);
            }
        }
    }
    return found;
}

}  // namespace

scale::scale(axis_kind kind, double low, double high, double from, double to)
    : kind_(kind), low_(low), high_(std::max(high, low)), from_(from), to_(to) {
    if (kind_ == axis_kind::logarithmic) {
        constexpr double smallest = 1e-9;
        low_ = std::max(low_, smallest);
        high_ = std::max(high_, low_ * 10.0);
    } else if (high_ <= low_) {
        high_ = low_ + 1.0;
    }
}

double scale::place_of(double value) const {
    const double within = std::clamp(value, low_, high_);
    const double share = kind_ == axis_kind::logarithmic
                             ? std::log(within / low_) / std::log(high_ / low_)
                             : (within - low_) / (high_ - low_);
    return from_ + share * (to_ - from_);
}

std::vector<double> scale::ticks(int count_max) const {
    std::vector<double> found;
    if (kind_ == axis_kind::logarithmic) {
        constexpr double rounding = 1e-9;
        for (int power = static_cast<int>(std::ceil(std::log10(low_) - rounding));
             std::pow(10.0, power) <= high_ * (1 + rounding); ++power) {
            found.push_back(std::pow(10.0, power));
        }
        return found.size() >= 2 ? found : finer_ticks(low_, high_);
    }
    const double step = round_step((high_ - low_) / std::max(count_max, 1));
    const double first = std::ceil(low_ / step - 1e-9) + 0.0;  // no "-0"
    for (double number = first; number * step <= high_ + step * 1e-9; number += 1.0) {
        found.push_back(number * step);
    }
    return found;
}

std::string time_label(double milliseconds) {
    return to_text(std::chrono::duration_cast<duration>(
        std::chrono::duration<double, std::milli>(milliseconds)));
}

std::string share_label(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g %%", share * 100.0);
    return text;
}

}  // namespace stormdrain::page
