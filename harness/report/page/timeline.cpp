#include "harness/report/page/timeline.hpp"

#include "harness/report/page/scale.hpp"
#include "harness/report/page/svg.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain::page {
namespace {

constexpr double names_width = 118;
constexpr double right_margin = 14;
constexpr std::size_t label_rows = 4;  // so that neighbours do not overlap
constexpr double labels_height = 75;
constexpr double label_step = 17;
constexpr double lane_height = 26;
constexpr double axis_height = 24;
constexpr double character_width = 6.4;  // of a label of 11.5 pixels, on average

struct look {
    std::string_view fill;
    double opacity;
    double height;
};

look look_of(span_kind kind) {
    switch (kind) {
        case span_kind::starting:
            return {color::grey, 0.35, 14};
        case span_kind::serving:
            return {color::green, 0.75, 14};
        case span_kind::stopping:
            return {color::amber, 0.8, 14};
        case span_kind::overdue:
            return {color::red, 0.85, 14};
        case span_kind::open:
            return {color::grey, 0.4, 6};
        case span_kind::request:
            return {color::blue, 0.9, 12};
        case span_kind::failed_request:
            break;
    }
    return {color::red, 0.9, 12};
}

std::string_view color_of(mark_kind kind) {
    switch (kind) {
        case mark_kind::fault:
            return color::violet;
        case mark_kind::stop:
            return color::amber;
        case mark_kind::deadline:
        case mark_kind::kill:
            return color::red;
        case mark_kind::note:
        case mark_kind::listener_gone:
        case mark_kind::finished:
            break;
    }
    return color::ink;
}

// An instant that goes through all lanes, with its name above them.
struct instant {
    double at_ms;
    std::string name;
    std::string_view color;
    std::string_view dashes;
};

// Of many faults the first are named; all have their dots.
constexpr std::size_t named_faults_max = 2;

void add_instants(std::vector<instant>& all, const story_lane& lane, std::size_t& faults) {
    for (const story_mark& mark : lane.marks) {
        if (mark.kind == mark_kind::stop) {
            all.push_back({mark.at_ms, "stop: " + mark.what, color::amber, {}});
        } else if (mark.kind == mark_kind::kill) {
            all.push_back({mark.at_ms, mark.what, color::red, {}});
        } else if (mark.kind == mark_kind::listener_gone) {
            all.push_back({mark.at_ms, "listener closed", color::ink, "1 3"});
        } else if (mark.kind == mark_kind::fault && faults < named_faults_max) {
            ++faults;
            all.push_back({mark.at_ms, "fault " + mark.what.substr(0, mark.what.find(':')),
                           color::violet, "2 3"});
        }
    }
}

std::vector<instant> instants_of(const cycle_story& story, const time_window& shown) {
    std::vector<instant> all;
    if (story.deadline_ms && *story.deadline_ms <= story.total_ms) {
        all.push_back({*story.deadline_ms, "deadline", color::red, "5 3"});
    }
    std::size_t faults = 0;
    for (const story_lane& lane : story.lanes) {
        add_instants(all, lane, faults);
    }
    std::erase_if(all, [&shown](const instant& one) {
        return one.at_ms < shown.from_ms || one.at_ms > shown.to_ms;
    });
    std::ranges::stable_sort(all, {}, &instant::at_ms);
    return all;
}

struct label {
    const instant* of = nullptr;
    std::string words;
    double x = 0;
    double width = 0;
    std::size_t row = 0;
    bool is_left = false;  // of its line, near the right end
};

// Each label in the first row that has room, and so that no line crosses the words of another:
// those beside the right end are placed from there.
std::vector<label> placed_labels(const std::vector<instant>& instants, const scale& x,
                                 double width) {
    std::vector<label> labels;
    for (const instant& one : instants) {
        label& made = labels.emplace_back();
        made.of = &one;
        made.words = one.name + " " + time_label(one.at_ms);
        made.x = x.place_of(one.at_ms);
        made.width = static_cast<double>(made.words.size()) * character_width + 12;
        made.is_left = made.x + made.width > width;
    }
    std::array<double, label_rows> taken_to{};
    for (label& one : labels) {
        if (!one.is_left) {
            while (one.row + 1 < label_rows && taken_to[one.row] > one.x) {
                ++one.row;
            }
            taken_to[one.row] = one.x + one.width;
        }
    }
    std::array<double, label_rows> taken_from{};
    taken_from.fill(width + names_width);
    for (std::size_t i = labels.size(); i-- > 0;) {
        label& one = labels[i];
        if (one.is_left) {
            while (one.row + 1 < label_rows &&
                   (taken_from[one.row] < one.x || taken_to[one.row] > one.x - one.width)) {
                ++one.row;
            }
            taken_from[one.row] = one.x - one.width;
        }
    }
    return labels;
}

class timeline_drawing {
public:
    timeline_drawing(const cycle_story& story, const time_window& shown, double width)
        : story_(story),
          shown_(shown),
          lanes_bottom_(labels_height + lane_height * static_cast<double>(story.lanes.size())),
          x_(axis_kind::linear, shown.from_ms, shown.to_ms, names_width, width - right_margin),
          out_(width, lanes_bottom_ + axis_height,
               "cycle " + std::to_string(story.cycle) + ", second by second"),
          width_(width) {}

    std::string draw() {
        draw_axis();
        for (std::size_t i = 0; i < story_.lanes.size(); ++i) {
            draw_lane(story_.lanes[i],
                      labels_height + lane_height * (static_cast<double>(i) + 0.5));
        }
        draw_instants();
        return out_.finish();
    }

private:
    void draw_axis();
    void draw_lane(const story_lane& lane, double middle);
    void draw_instants();

    const cycle_story& story_;
    time_window shown_;
    double lanes_bottom_;
    scale x_;
    svg out_;
    double width_;
};

void timeline_drawing::draw_axis() {
    for (const double tick : x_.ticks(10)) {
        const double x = x_.place_of(tick);
        out_.line(x, labels_height, x, lanes_bottom_ + 4, {color::ink, 1, 0.12});
        out_.text(x, lanes_bottom_ + 18, time_label(tick), {11, color::ink, anchor::middle, 0.65});
    }
}

void timeline_drawing::draw_lane(const story_lane& lane, double middle) {
    out_.text(names_width - 10, middle + 4, lane.name, {12, color::ink, anchor::end, 0.85});
    for (const story_span& span : lane.spans) {
        if (span.to_ms < shown_.from_ms || span.from_ms > shown_.to_ms) {
            continue;
        }
        const look drawn = look_of(span.kind);
        const double from = x_.place_of(span.from_ms);
        constexpr double visible = 1.5;
        const double wide = std::max(visible, x_.place_of(span.to_ms) - from);
        out_.rectangle(
            {from, middle - drawn.height / 2, wide, drawn.height}, drawn.fill, drawn.opacity,
            span.what + ", " + time_label(span.from_ms) + " to " + time_label(span.to_ms), 2);
    }
    for (const story_mark& mark : lane.marks) {
        if (mark.at_ms < shown_.from_ms || mark.at_ms > shown_.to_ms) {
            continue;
        }
        out_.dot(x_.place_of(mark.at_ms), middle, 4, color_of(mark.kind),
                 mark.what + " at " + time_label(mark.at_ms));
    }
}

void timeline_drawing::draw_instants() {
    const std::vector<instant> instants = instants_of(story_, shown_);
    for (const label& one : placed_labels(instants, x_, width_)) {
        const double y = 13 + label_step * static_cast<double>(one.row);
        out_.line(one.x, y + 4, one.x, lanes_bottom_, {one.of->color, 1.3, 0.9, one.of->dashes});
        out_.text(one.is_left ? one.x - 4 : one.x + 4, y, one.words,
                  {11.5, one.of->color, one.is_left ? anchor::end : anchor::start, 1, true});
    }
}

}  // namespace

time_window whole_of(const cycle_story& story) {
    return {0, story.total_ms};
}

std::optional<time_window> around_stop(const cycle_story& story) {
    constexpr double before_ms = 100;
    constexpr double after_ms = 100;
    constexpr double times_longer_min = 5;
    if (!story.stop_ms || story.total_ms < times_longer_min * (before_ms + after_ms)) {
        return std::nullopt;
    }
    return time_window{std::max(0.0, *story.stop_ms - before_ms), *story.stop_ms + after_ms};
}

std::string draw_timeline(const cycle_story& story, const time_window& shown, double width) {
    return timeline_drawing(story, shown, width).draw();
}

}  // namespace stormdrain::page
