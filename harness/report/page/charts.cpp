#include "harness/report/page/charts.hpp"

#include "harness/report/page/scale.hpp"
#include "harness/report/page/svg.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

namespace stormdrain::page {
namespace {

constexpr double left_margin = 62;
constexpr double right_margin = 12;
constexpr double top_margin = 34;
constexpr double bottom_margin = 24;
constexpr double title_size = 12.5;
// Red dots of a bug that strikes in every cycle would hide each other.
constexpr int labels_max = 6;

// The frame that all of them share: a title, and axes with their grid.
class chart {
public:
    chart(const chart_size& size, std::string_view title)
        : plot_{left_margin, top_margin, size.width - left_margin - right_margin,
                size.height - top_margin - bottom_margin},
          out_(size.width, size.height, title) {
        out_.text(0, 14, title, {title_size, color::ink, anchor::start, 0.9, true});
    }

    scale x_axis(axis_kind kind, double low, double high) const {
        return {kind, low, high, plot_.x, plot_.x + plot_.width};
    }
    scale y_axis(axis_kind kind, double low, double high) const {
        return {kind, low, high, plot_.y + plot_.height, plot_.y};
    }

    void name_y(double y, std::string_view words) {
        out_.line(plot_.x, y, plot_.x + plot_.width, y, {color::ink, 1, 0.12});
        out_.text(plot_.x - 6, y + 4, words, {11, color::ink, anchor::end, 0.65});
    }
    void name_x(double x, std::string_view words) {
        out_.line(x, plot_.y, x, plot_.y + plot_.height, {color::ink, 1, 0.08});
        const anchor at = x > plot_.x + plot_.width - 20 ? anchor::end : anchor::middle;
        out_.text(x, plot_.y + plot_.height + 16, words, {11, color::ink, at, 0.65});
    }
    // A line through all of the picture, at a time that was promised.
    void threshold(double y, std::string_view words, std::string_view drawn_in,
                   std::string_view dashes) {
        out_.line(plot_.x, y, plot_.x + plot_.width, y, {drawn_in, 1.4, 1, dashes});
        out_.text(plot_.x + 5, y - 4, words, {11, drawn_in, anchor::start, 1, true});
    }

    svg& out() { return out_; }
    const box& plot() const { return plot_; }

private:
    box plot_;
    svg out_;
};

std::string count_label(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", value);
    return text;
}

// "1.5 s", "1 s .. 1.5 s, by cycle"
std::string range_label(const value_range& of) {
    const std::string least = time_label(of.min);
    const std::string most = time_label(of.max);
    return least == most ? least : least + " .. " + most + ", by cycle";
}

double column_x(const scale& x, std::size_t column, std::size_t columns) {
    const double middle = (static_cast<double>(column) + 0.5) / static_cast<double>(columns);
    return x.place_of(x.low() + middle * (x.high() - x.low()));
}

double greatest(const folded_strip& strip) {
    double found = 0;
    for (const strip_column& column : strip.columns()) {
        found = std::max(found, column.max);
    }
    return found;
}

double least(const folded_strip& strip) {
    double found = strip.columns().front().min;
    for (const strip_column& column : strip.columns()) {
        found = std::min(found, column.min);
    }
    return found;
}

// From the least to the greatest value of each column, as one path.
std::string ranges_path(const folded_strip& strip, const scale& x, const scale& y) {
    std::string commands;
    for (std::size_t i = 0; i < strip.columns().size(); ++i) {
        const strip_column& column = strip.columns()[i];
        const double from = y.place_of(column.min);
        // One value alone is to be seen as well.
        const double to = std::min(y.place_of(column.max), from - 2);
        commands += "M" + number(column_x(x, i, strip.columns().size())) + " " + number(from + 1) +
                    "V" + number(to + 1);
    }
    return commands;
}

std::string greatest_path(const folded_strip& strip, const scale& x, const scale& y) {
    std::string commands;
    for (std::size_t i = 0; i < strip.columns().size(); ++i) {
        commands += (i == 0 ? "M" : "L") + number(column_x(x, i, strip.columns().size())) + " " +
                    number(y.place_of(strip.columns()[i].max));
    }
    return commands;
}

double bar_width(const folded_strip& strip, double wide) {
    constexpr double widest = 6;
    return std::clamp(0.8 * wide / static_cast<double>(strip.columns().size()), 1.0, widest);
}

void draw_bad(chart& drawn, const folded_strip& strip, const scale& x, const scale& y) {
    int labels = 0;
    double label_free_from = 0;
    for (std::size_t i = 0; i < strip.columns().size(); ++i) {
        const strip_column& column = strip.columns()[i];
        if (column.bad_count == 0) {
            continue;
        }
        const double at_x = column_x(x, i, strip.columns().size());
        const double at_y = y.place_of(column.bad_max);
        const std::string name = "cycle " + std::to_string(column.cycle);
        drawn.out().dot(at_x, at_y, 3.5, color::red, name + ": " + time_label(column.bad_max));
        // Above the picture, where no line is.
        constexpr double label_width = 64;
        const double middle = std::min(at_x, drawn.plot().x + drawn.plot().width - label_width / 2);
        if (labels < labels_max && middle - label_width / 2 >= label_free_from) {
            drawn.out().text(middle, drawn.plot().y - 3, name, {10.5, color::red, anchor::middle});
            label_free_from = middle + label_width / 2;
            ++labels;
        }
    }
}

void name_cycles(chart& drawn, const scale& x) {
    for (const double tick : x.ticks(6)) {
        if (tick != std::floor(tick)) {
            continue;  // there are no halves of cycles
        }
        drawn.name_x(x.place_of(tick), count_label(tick));
    }
}

}  // namespace

std::string draw_stops(const scenario_series& series, const chart_size& size) {
    const folded_strip& strip = series.stops;
    if (strip.count() < 2) {
        return {};  // its timeline says it all
    }
    const std::string share = strip.per_column() > 1
                                  ? ", " + std::to_string(strip.per_column()) + " cycles a column"
                                  : std::string();
    chart drawn(size, "Time from the stop to its end, by cycle" + share);
    const double high = 1.6 * std::max(greatest(strip), series.judged_after_ms.max);
    const scale y = drawn.y_axis(axis_kind::logarithmic, std::max(0.1, least(strip) / 2), high);
    const scale x = drawn.x_axis(axis_kind::linear, 0, static_cast<double>(strip.count()));
    for (const double tick : y.ticks(5)) {
        drawn.name_y(y.place_of(tick), time_label(tick));
    }
    name_cycles(drawn, x);
    drawn.out().path(ranges_path(strip, x, y),
                     {color::blue, bar_width(strip, drawn.plot().width), 0.8});
    const value_range& promised = series.promised_ms;
    const value_range& judged = series.judged_after_ms;
    // Where both are nearly the same, two lines would be one.
    if (promised.max > 0 && promised.max < judged.min * 0.8) {
        drawn.threshold(y.place_of(promised.min), "promised " + range_label(promised), color::amber,
                        "2 3");
    }
    if (judged.max > 0) {
        drawn.threshold(y.place_of(judged.min), "deadline " + range_label(judged), color::red,
                        "5 3");
    }
    draw_bad(drawn, strip, x, y);
    return drawn.out().finish();
}

std::string draw_sparkline(const scenario_series& series, const chart_size& size) {
    const folded_strip& strip = series.stops;
    if (strip.count() == 0) {
        return {};
    }
    // A table has many of them, and each is no wider than a word.
    constexpr std::size_t columns_max = 60;
    const std::size_t columns = std::min(columns_max, strip.columns().size());
    svg out(size.width, size.height, "stops up to " + time_label(greatest(strip)));
    const scale y(axis_kind::logarithmic, std::max(0.1, least(strip) / 2), greatest(strip) * 1.2,
                  size.height - 1, 2);
    const double step = size.width / static_cast<double>(columns);
    std::string good;
    std::string bad;
    for (std::size_t i = 0; i < columns; ++i) {
        const std::size_t from = i * strip.columns().size() / columns;
        const std::size_t to = (i + 1) * strip.columns().size() / columns;
        strip_column all = strip.columns()[from];
        for (std::size_t k = from; k < to; ++k) {
            all.max = std::max(all.max, strip.columns()[k].max);
            all.bad_count += strip.columns()[k].bad_count;
        }
        (all.bad_count > 0 ? bad : good) += "M" + number((static_cast<double>(i) + 0.5) * step) +
                                            " " + number(size.height) + "V" +
                                            number(y.place_of(all.max));
    }
    const double wide = std::clamp(step * 0.7, 1.0, 4.0);
    if (!good.empty()) {
        out.path(good, {color::blue, wide, 0.7});
    }
    if (!bad.empty()) {
        out.path(bad, {color::red, wide, 1});
    }
    return out.finish();
}

std::string draw_tail(const scenario_series& series, const chart_size& size) {
    const std::vector<time_histogram::step> steps = series.stop_times.tail();
    constexpr std::uint64_t least_that_have_a_shape = 5;
    if (series.stop_times.count() < least_that_have_a_shape) {
        return {};
    }
    chart drawn(size, "Share of stops slower than");
    const double high =
        1.3 * std::max(series.judged_after_ms.max, std::max(steps.back().above_ms, 1.0));
    const scale x = drawn.x_axis(axis_kind::logarithmic, steps.front().above_ms, high);
    const scale y = drawn.y_axis(axis_kind::logarithmic,
                                 0.7 / static_cast<double>(series.stop_times.count()), 1);
    for (const double tick : y.ticks(5)) {
        drawn.name_y(y.place_of(tick), share_label(tick));
    }
    for (const double tick : x.ticks(5)) {
        drawn.name_x(x.place_of(tick), time_label(tick));
    }
    std::string commands =
        "M" + number(x.place_of(steps.front().above_ms)) + " " + number(y.place_of(1));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool is_last = i + 1 == steps.size();
        commands += "H" + number(x.place_of(steps[i].below_ms)) + "V" +
                    number(is_last ? drawn.plot().y + drawn.plot().height
                                   : y.place_of(steps[i + 1].share_slower));
    }
    drawn.out().path(commands, {color::blue, 1.8});
    if (series.judged_after_ms.max > 0) {
        const double at = x.place_of(series.judged_after_ms.max);
        drawn.out().line(at, drawn.plot().y, at, drawn.plot().y + drawn.plot().height,
                         {color::red, 1.4, 1, "5 3"});
    }
    return drawn.out().finish();
}

std::string draw_descriptors(const scenario_series& series, const chart_size& size) {
    const std::vector<xy_point>& points = series.longest_life.descriptors;
    if (points.size() < slope_points_min) {
        return {};
    }
    double low = points.front().y;
    double high = low;
    for (const xy_point& point : points) {
        low = std::min(low, point.y);
        high = std::max(high, point.y);
    }
    chart drawn(size, "Descriptors held at rest, by cycle of one process");
    const scale x = drawn.x_axis(axis_kind::linear, points.front().x, points.back().x);
    const scale y = drawn.y_axis(axis_kind::linear, std::max(0.0, low - 2), high + 2);
    for (const double tick : y.ticks(4)) {
        drawn.name_y(y.place_of(tick), count_label(tick));
    }
    name_cycles(drawn, x);
    if (const std::optional<slope_range> slope = slope_of(points)) {
        const double length = points.back().x - points.front().x;
        const double begins = points.front().y;
        const auto ends = [&](double per_cycle) { return y.place_of(begins + per_cycle * length); };
        const double right = x.place_of(points.back().x);
        const std::string start =
            "M" + number(x.place_of(points.front().x)) + " " + number(y.place_of(begins));
        drawn.out().area(start + "L" + number(right) + " " + number(ends(slope->low)) + "V" +
                             number(ends(slope->high)) + "Z",
                         color::amber, 0.25);
        drawn.out().path(start + "L" + number(right) + " " + number(ends(slope->slope)),
                         {color::amber, 1.4});
        char words[96];
        std::snprintf(words, sizeof words, "%.3g a cycle (95 %% %.3g .. %.3g)", slope->slope,
                      slope->low, slope->high);
        drawn.out().text(size.width - right_margin, 14, words,
                         {11, color::amber, anchor::end, 1, true});
    }
    std::string dots;
    for (const xy_point& point : points) {
        dots += "M" + number(x.place_of(point.x) - 1.5) + " " + number(y.place_of(point.y)) + "h3";
    }
    drawn.out().path(dots, {color::blue, 3});
    return drawn.out().finish();
}

std::string draw_latency(const scenario_series& series, const chart_size& size) {
    if (series.latency_p50.count() < 2) {
        return {};
    }
    const bool is_scheduled = series.latency_sent_p99.count() > 0;
    chart drawn(size, is_scheduled ? "Time from when requests were due to their answer, by cycle"
                                   : "Time to the answer of requests, by cycle");
    const double high = greatest(series.latency_max) * 1.3;
    const double least_p50 = least(series.latency_p50);
    const double low =
        is_scheduled ? std::min(least_p50, least(series.latency_sent_p99)) : least_p50;
    const scale y = drawn.y_axis(axis_kind::logarithmic, std::max(0.01, low / 2), high);
    const scale x =
        drawn.x_axis(axis_kind::linear, 0, static_cast<double>(series.latency_p50.count()));
    for (const double tick : y.ticks(5)) {
        drawn.name_y(y.place_of(tick), time_label(tick));
    }
    name_cycles(drawn, x);
    drawn.out().path(greatest_path(series.latency_max, x, y), {color::grey, 1, 0.7});
    drawn.out().path(greatest_path(series.latency_p99, x, y), {color::amber, 1.3, 0.9});
    drawn.out().path(greatest_path(series.latency_p50, x, y), {color::blue, 1.6});
    if (is_scheduled) {
        drawn.out().path(greatest_path(series.latency_sent_p99, x, y), {color::green, 1.3, 0.9});
        const text_style of_sent{11, color::green, anchor::end, 1, true};
        drawn.out().text(size.width - right_margin - 116, 14, "p99 from the send", of_sent);
    }
    const text_style style{11, color::grey, anchor::end, 1, true};
    text_style of_p99 = style;
    of_p99.fill = color::amber;
    text_style of_p50 = style;
    of_p50.fill = color::blue;
    drawn.out().text(size.width - right_margin, 14, "slowest", style);
    drawn.out().text(size.width - right_margin - 52, 14, "p99", of_p99);
    drawn.out().text(size.width - right_margin - 84, 14, "p50", of_p50);
    return drawn.out().finish();
}

}  // namespace stormdrain::page
