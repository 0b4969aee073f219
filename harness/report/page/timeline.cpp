#include "harness/report/page/timeline.hpp"

#include "harness/report/page/scale.hpp"
#include "harness/report/page/svg.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace stormdrain::page {
namespace {

constexpr double names_width = 118;
constexpr double right_margin = 14;
constexpr double labels_height = 58;  // three rows of labels, so that neighbours do not overlap
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

std::vector<instant> instants_of(const cycle_story& story) {
    std::vector<instant> all;
    if (story.stop_ms) {
        all.push_back({*story.stop_ms, "stop", color::amber, {}});
    }
    if (story.deadline_ms && *story.deadline_ms <= story.total_ms) {
        all.push_back({*story.deadline_ms, "deadline", color::red, "5 3"});
    }
    for (const story_lane& lane : story.lanes) {
        for (const story_mark& mark : lane.marks) {
            if (mark.kind == mark_kind::stop && !mark.what.empty()) {
                all.front().name = "stop: " + mark.what;
            } else if (mark.kind == mark_kind::kill) {
                all.push_back({mark.at_ms, mark.what, color::red, {}});
            } else if (mark.kind == mark_kind::listener_gone) {
                all.push_back({mark.at_ms, "listener closed", color::ink, "1 3"});
            }
        }
    }
    std::ranges::stable_sort(all, {}, &instant::at_ms);
    return all;
}

class timeline_drawing {
public:
    timeline_drawing(const cycle_story& story, double width)
        : story_(story),
          lanes_bottom_(labels_height + lane_height * static_cast<double>(story.lanes.size())),
          x_(axis_kind::linear, 0, story.total_ms, names_width, width - right_margin),
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
        const look drawn = look_of(span.kind);
        const double from = x_.place_of(span.from_ms);
        constexpr double visible = 1.5;
        const double wide = std::max(visible, x_.place_of(span.to_ms) - from);
        out_.rectangle(
            {from, middle - drawn.height / 2, wide, drawn.height}, drawn.fill, drawn.opacity,
            span.what + ", " + time_label(span.from_ms) + " to " + time_label(span.to_ms), 2);
    }
    for (const story_mark& mark : lane.marks) {
        out_.dot(x_.place_of(mark.at_ms), middle, 4, color_of(mark.kind),
                 mark.what + " at " + time_label(mark.at_ms));
    }
}

void timeline_drawing::draw_instants() {
    constexpr std::size_t rows = 3;
    std::array<double, rows> free_from{};  // how far each row of labels is taken
    for (const instant& one : instants_of(story_)) {
        const double x = x_.place_of(one.at_ms);
        const std::string words = one.name + " " + time_label(one.at_ms);
        const double wide = static_cast<double>(words.size()) * character_width;
        const bool to_the_left = x + wide > width_;
        const double begins = to_the_left ? x - wide : x;
        std::size_t row = 0;
        while (row + 1 < rows && free_from[row] > begins) {
            ++row;
        }
        free_from[row] = begins + wide + 10;
        const double y = 13 + label_step * static_cast<double>(row);
        out_.line(x, y + 4, x, lanes_bottom_, {one.color, 1.3, 0.9, one.dashes});
        out_.text(to_the_left ? x - 4 : x + 4, y, words,
                  {11.5, one.color, to_the_left ? anchor::end : anchor::start, 1, true});
    }
}

}  // namespace

std::string draw_timeline(const cycle_story& story, double width) {
    return timeline_drawing(story, width).draw();
}

}  // namespace stormdrain::page
