#include "harness/report/page/svg.hpp"

#include "harness/report/text.hpp"

#include <cmath>
#include <cstdio>
#include <utility>

namespace stormdrain::page {
namespace {

// Beyond that no line of a picture has room.
constexpr std::size_t text_bytes_max = 300;
constexpr std::size_t tooltip_bytes_max = 400;

std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string opacity_of(std::string_view name, double opacity) {
    return opacity < 1 ? attribute(name, number(opacity * 100) + "%") : std::string();
}

std::string stroke_of(const stroke& drawn) {
    return attribute("stroke", drawn.color) + attribute("stroke-width", number(drawn.width)) +
           opacity_of("stroke-opacity", drawn.opacity) +
           (drawn.dashes.empty() ? "" : attribute("stroke-dasharray", drawn.dashes));
}

// The end of an element that may have a tooltip.
std::string closed(std::string_view element, std::string_view tooltip) {
    if (tooltip.empty()) {
        return "/>\n";
    }
    return "><title>" + escaped(tooltip, tooltip_bytes_max) + "</title></" + std::string(element) +
           ">\n";
}

}  // namespace

std::string number(double value) {
    const double rounded = std::round(value * 10.0) / 10.0;
    char text[40];
    const bool is_whole = rounded == std::floor(rounded);
    std::snprintf(text, sizeof text, is_whole ? "%.0f" : "%.1f", rounded == 0 ? 0.0 : rounded);
    return text;
}

std::string escaped(std::string_view bytes, std::size_t bytes_max) {
    return xml_escaped(one_line(bytes, bytes_max));
}

svg::svg(double width, double height, std::string_view title) {
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"" +
           attribute("width", number(width)) + attribute("height", number(height)) +
           attribute("viewBox", "0 0 " + number(width) + " " + number(height)) +
           " font-family=\"system-ui, sans-serif\">\n" +
           (title.empty() ? "" : "<title>" + escaped(title, text_bytes_max) + "</title>\n");
}

void svg::rectangle(const box& where, std::string_view fill, double opacity,
                    std::string_view tooltip, double radius) {
    out_ += "<rect" + attribute("x", number(where.x)) + attribute("y", number(where.y)) +
            attribute("width", number(where.width)) + attribute("height", number(where.height)) +
            (radius > 0 ? attribute("rx", number(radius)) : "") + attribute("fill", fill) +
            opacity_of("fill-opacity", opacity) + closed("rect", tooltip);
}

void svg::line(double x1, double y1, double x2, double y2, const stroke& drawn) {
    out_ += "<line" + attribute("x1", number(x1)) + attribute("y1", number(y1)) +
            attribute("x2", number(x2)) + attribute("y2", number(y2)) + stroke_of(drawn) + "/>\n";
}

void svg::path(std::string_view commands, const stroke& drawn) {
    out_ += "<path" + attribute("d", commands) + " fill=\"none\"" + stroke_of(drawn) + "/>\n";
}

void svg::area(std::string_view commands, std::string_view fill, double opacity) {
    out_ += "<path" + attribute("d", commands) + attribute("fill", fill) +
            opacity_of("fill-opacity", opacity) + "/>\n";
}

void svg::dot(double x, double y, double radius, std::string_view fill, std::string_view tooltip) {
    out_ += "<circle" + attribute("cx", number(x)) + attribute("cy", number(y)) +
            attribute("r", number(radius)) + attribute("fill", fill) + closed("circle", tooltip);
}

void svg::text(double x, double y, std::string_view words, const text_style& style) {
    words_at(attribute("x", number(x)) + attribute("y", number(y)), words, style);
}

void svg::slanted(double x, double y, std::string_view words, const text_style& style) {
    words_at(attribute("transform", "translate(" + number(x) + " " + number(y) + ") rotate(-40)"),
             words, style);
}

void svg::words_at(const std::string& place, std::string_view words, const text_style& style) {
    out_ += "<text" + place + attribute("font-size", number(style.size)) +
            attribute("fill", style.fill) + opacity_of("fill-opacity", style.opacity);
    if (style.at != anchor::start) {
        out_ += attribute("text-anchor", style.at == anchor::middle ? "middle" : "end");
    }
    out_ += std::string(style.is_bold ? " font-weight=\"600\"" : "") +
            (style.is_monospace ? " font-family=\"ui-monospace, monospace\"" : "") + ">" +
            escaped(words, text_bytes_max) + "</text>\n";
}

std::string svg::finish() {
    return std::move(out_) + "</svg>\n";
}

}  // namespace stormdrain::page
