#pragma once
// Any number of values in a bounded number of columns: when they are full, neighbours become one.
// Each column keeps its least and its greatest value, so that no outlier is ever lost.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stormdrain::page {

struct strip_value {
    double value = 0;
    std::uint32_t cycle = 0;
    bool is_bad = false;  // of a cycle that broke a promise
};

struct strip_column {
    double min = 0;
    double max = 0;
    std::uint32_t cycle = 0;  // of the greatest value; of the bad ones, where there are any
    std::uint32_t bad_count = 0;
    double bad_max = 0;
    bool operator==(const strip_column&) const = default;
};

class folded_strip {
public:
    // A column of a picture is then no narrower than a pixel, and no chart of the page larger than
    // a few kilobytes.
    static constexpr std::size_t columns_max = 320;

    void add(const strip_value& value);

    const std::vector<strip_column>& columns() const { return columns_; }
    std::uint64_t per_column() const { return per_column_; }
    std::uint64_t count() const { return count_; }

private:
    void fold();

    std::vector<strip_column> columns_;
    std::uint64_t per_column_ = 1;
    std::uint64_t count_ = 0;
};

}  // namespace stormdrain::page
