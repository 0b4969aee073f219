#include "harness/report/progress_line.hpp"

#include "harness/report/text_width.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace stormdrain {
namespace {

constexpr std::string_view gap = "  ";
// Of the end of a scenario's id: less names none.
constexpr std::size_t scenario_columns_min = 12;

enum part { time, share, cycles, red, scenario, rate, eta, parts_count };
// In this order they go where there is no room.
constexpr std::array<part, 4> parts_to_do_without{scenario, rate, share, eta};

using line_parts = std::array<std::string, parts_count>;

std::string joined(const line_parts& parts) {
    std::string line;
    for (const std::string& one : parts) {
        line += one.empty() || line.empty() ? one : std::string(gap) + one;
    }
    return line;
}

std::string rate_text(double per_second) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g/s", per_second);
    return text.data();
}

duration left_of(const run_progress& of, double per_second) {
    const auto needed = std::chrono::duration<double>(
        static_cast<double>(of.planned_count - of.done_count) / per_second);
    const duration left = std::chrono::duration_cast<duration>(needed);
    return of.budget ? std::clamp(*of.budget - of.elapsed, duration{}, std::max(left, duration{}))
                     : left;
}

line_parts parts_of(const run_progress& of) {
    line_parts parts;
    const double seconds = std::chrono::duration<double>(of.elapsed).count();
    const double per_second = seconds > 0 ? static_cast<double>(of.done_count) / seconds : 0;
    parts[time] = hours(of.elapsed);
    parts[share] =
        std::to_string(of.planned_count == 0 ? 0 : of.done_count * 100 / of.planned_count) + "%";
    parts[cycles] =
        std::to_string(of.done_count) + "/" + std::to_string(of.planned_count) + " cycles";
    parts[red] = std::to_string(of.red_count) + " red";
    parts[scenario] = of.scenario;
    parts[rate] = rate_text(per_second);
    if (per_second > 0 && of.done_count < of.planned_count) {
        parts[eta] = "eta " + hours(left_of(of, per_second));
    }
    return parts;
}

}  // namespace

std::string hours(duration length) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(length).count();
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld",
                  static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                  static_cast<long long>(seconds % 60));
    return text.data();
}

std::string progress_line(const run_progress& of, std::size_t columns) {
    line_parts parts = parts_of(of);
    const std::size_t wanted = columns_of(joined(parts));
    if (columns == 0 || wanted <= columns) {
        return joined(parts);
    }
    const std::size_t name = columns_of(parts[scenario]);
    if (name >= wanted - columns + scenario_columns_min) {
        parts[scenario] = cut_before(parts[scenario], name - (wanted - columns));
        return joined(parts);
    }
    for (const part one : parts_to_do_without) {
        parts[one].clear();
        if (columns_of(joined(parts)) <= columns) {
            break;
        }
    }
    return cut_behind(joined(parts), columns);
}

}  // namespace stormdrain
