#pragma once
// An SVG picture as text. Presentation attributes only: they are read below a content policy of
// "default-src 'none'", where style sheets and style attributes are not (Jenkins serves artifacts
// so). Ink is CanvasText, which is dark on light and light on dark without any style sheet; the
// colors below have enough contrast on both.

#include <string>
#include <string_view>

namespace stormdrain::page {

namespace color {
inline constexpr std::string_view ink = "CanvasText";
inline constexpr std::string_view red = "#e5484d";
inline constexpr std::string_view amber = "#d08700";
inline constexpr std::string_view green = "#2f9e5f";
inline constexpr std::string_view blue = "#4a8df0";
inline constexpr std::string_view violet = "#9a6ee0";
inline constexpr std::string_view grey = "#8b8d98";
inline constexpr std::string_view white = "#ffffff";
}  // namespace color

enum class anchor { start, middle, end };

struct text_style {
    double size = 12;
    std::string_view fill = color::ink;
    anchor at = anchor::start;
    double opacity = 1;
    bool is_bold = false;
    bool is_monospace = false;
};

struct box {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

struct stroke {
    std::string_view color = color::ink;
    double width = 1;
    double opacity = 1;
    std::string_view dashes = {};  // empty: drawn through
};

// One decimal where there is one: a tenth of a pixel is more than anybody sees.
std::string number(double value);

class svg {
public:
    // `title` is what a screen reader says of it; empty: nothing, it only adorns words.
    svg(double width, double height, std::string_view title);

    void rectangle(const box& where, std::string_view fill, double opacity = 1,
                   std::string_view tooltip = {}, double radius = 0);
    void line(double x1, double y1, double x2, double y2, const stroke& drawn);
    // "M10 20V30": the commands of a path; never filled.
    void path(std::string_view commands, const stroke& drawn);
    // Filled, without a line around it.
    void area(std::string_view commands, std::string_view fill, double opacity);
    void dot(double x, double y, double radius, std::string_view fill,
             std::string_view tooltip = {});
    // Of any bytes: they are made printable and escaped.
    void text(double x, double y, std::string_view words, const text_style& style);

    // The same, rising to the right: names of narrow columns.
    void slanted(double x, double y, std::string_view words, const text_style& style);

    // Closed, to be put into a page.
    std::string finish();

private:
    void words_at(const std::string& place, std::string_view words, const text_style& style);

    std::string out_;
};

// One line of printable text, escaped for elements and attributes.
std::string escaped(std::string_view bytes, std::size_t bytes_max);

}  // namespace stormdrain::page
