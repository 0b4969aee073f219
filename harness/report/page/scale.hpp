#pragma once
// From values to places on a picture, and the round values that an axis names.

#include <string>
#include <vector>

namespace stormdrain::page {

enum class axis_kind { linear, logarithmic };

class scale {
public:
    // `low` and `high` are values, `from` and `to` their places. A logarithmic axis has no zero:
    // values below `low` lie on it.
    scale(axis_kind kind, double low, double high, double from, double to);

    double place_of(double value) const;
    double low() const { return low_; }
    double high() const { return high_; }

    // Ascending, within the axis: powers of ten, or at most so many steps of 1, 2 or 5 times one.
    std::vector<double> ticks(int count_max) const;

private:
    axis_kind kind_;
    double low_;
    double high_;
    double from_;
    double to_;
};

// "1.5 s", "200 ms": of milliseconds, for axes and labels.
std::string time_label(double milliseconds);

// "0.15 %"
std::string share_label(double share);

}  // namespace stormdrain::page
