#include "harness/report/page/folded_strip.hpp"

#include <algorithm>

namespace stormdrain::page {
namespace {

strip_column column_of(const strip_value& one) {
    return {one.value, one.value, one.cycle, one.is_bad ? 1U : 0U, one.is_bad ? one.value : 0.0};
}

strip_column both(const strip_column& left, const strip_column& right) {
    strip_column made;
    made.min = std::min(left.min, right.min);
    made.max = std::max(left.max, right.max);
    made.bad_count = left.bad_count + right.bad_count;
    made.bad_max = std::max(left.bad_max, right.bad_max);
    const bool any_bad = made.bad_count > 0;
    const double of_left = any_bad ? (left.bad_count > 0 ? left.bad_max : -1.0) : left.max;
    const double of_right = any_bad ? (right.bad_count > 0 ? right.bad_max : -1.0) : right.max;
    made.cycle = of_left >= of_right ? left.cycle : right.cycle;
    return made;
}

}  // namespace

void folded_strip::add(const strip_value& value) {
    if (count_ % per_column_ != 0) {
        columns_.back() = both(columns_.back(), column_of(value));
    } else {
        if (columns_.size() == columns_max) {
            fold();
        }
        columns_.push_back(column_of(value));
    }
    ++count_;
}

void folded_strip::fold() {
    const std::size_t half = columns_.size() / 2;
    for (std::size_t i = 0; i < half; ++i) {
        columns_[i] = both(columns_[2 * i], columns_[2 * i + 1]);
    }
    columns_.resize(half);
    per_column_ *= 2;
}

}  // namespace stormdrain::page
