#pragma once
// What the page draws of a run's cycles, read from its results.jsonl: the same whoever asks, the
// run itself, `merge` or `report`. Memory is bounded by the plan, not by the cycles; and what was
// read once is not read again, so that a run can draw its page many times while it goes on.

#include "harness/report/page/cycle_story.hpp"
#include "harness/report/page/folded_strip.hpp"
#include "harness/statistics/slope.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::page {

// How many values fell where, on a logarithmic axis of milliseconds.
class time_histogram {
public:
    static constexpr int bins_per_decade = 24;
    static constexpr int decades = 8;  // from 10 us to 1000 s
    static constexpr double lowest_ms = 0.01;

    void add(double milliseconds);
    std::uint64_t count() const { return count_; }
    // At least that share of the values is no greater; to a bin's width of 10 %, and never beyond
    // what was seen.
    double quantile_ms(double share) const;

    struct step {
        double above_ms = 0;
        double below_ms = 0;
        double share_slower = 0;  // than above_ms
    };
    // Falling; empty bins are left out.
    std::vector<step> tail() const;

private:
    std::map<int, std::uint64_t> bins_;
    std::uint64_t count_ = 0;
    double min_ms_ = 0;
    double max_ms_ = 0;
};

// What a server holds at rest over the cycles of one process.
struct life_points {
    static constexpr std::size_t points_max = 400;  // of more, every second one is kept

    std::uint32_t process_number = 0;
    std::vector<xy_point> descriptors;  // by cycle
    std::uint64_t every = 1;
    std::uint64_t seen = 0;

    void add(const xy_point& one);
};

// From the least to the greatest of what is not the same in all cycles.
struct value_range {
    double min = 0;
    double max = 0;  // 0: there is none

    void take(double value);
};

// A cycle that broke a promise, and whose folder is kept.
struct kept_cycle {
    std::uint32_t cycle = 0;
    std::vector<std::string> folders;  // where it may lie, seen from the page
    std::string broken;                // "shutdown_deadline, exit_status"
    std::string stop;                  // "7.18 s", "not over after 7.18 s"; empty: there was none
};

struct scenario_series {
    folded_strip stops;  // milliseconds from the stop to its end, or to its kill
    time_histogram stop_times;
    std::uint64_t not_over_count = 0;  // stops that never came to an end
    value_range promised_ms;
    value_range judged_after_ms;  // with the harness's own allowances
    folded_strip latency_p50;
    folded_strip latency_p99;
    folded_strip latency_max;
    folded_strip latency_sent_p99;     // of open loops, whose other times are from when it was due
    std::uint64_t requests_count = 0;  // with a latency
    life_points longest_life;
    life_points current_life;
    // Of the cycles whose folder is kept, the one that broke a promise and took longest; where all
    // were kept, the longest stop.
    std::optional<cycle_story> worst;
    bool worst_is_red = false;
    double worst_stop_ms = -1;
    std::uint32_t red_count = 0;
    std::vector<kept_cycle> kept;  // at most kept_folders_max, in the order of the file
};

class page_series {
public:
    // Reads on where it stopped; a last line that is still being written stays for the next time.
    // A file that cannot be read has nothing to draw.
    void read_on(const std::string& results_path);
    // Lines that are no cycles say nothing here.
    void take(const std::string& line);

    // Null: no cycle of it.
    const scenario_series* find(std::string_view scenario_id) const;

private:
    std::map<std::string, scenario_series, std::less<>> scenarios_;
    std::uint64_t read_to_ = 0;
};

}  // namespace stormdrain::page
