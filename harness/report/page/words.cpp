#include "harness/report/page/words.hpp"

#include <array>
#include <cstdio>

namespace stormdrain::page {
namespace {

constexpr std::size_t line_bytes_max = 600;
constexpr std::size_t name_bytes_max = 160;
constexpr std::size_t command_bytes_max = 1500;

}  // namespace

std::string name(std::string_view bytes) {
    return escaped(bytes, name_bytes_max);
}

std::string line(std::string_view bytes) {
    return escaped(bytes, line_bytes_max);
}

std::string command(std::string_view bytes) {
    return escaped(bytes, command_bytes_max);
}

std::string breakable_id(std::string_view bytes) {
    std::string id;
    for (const char character : name(bytes)) {
        id += character;
        id += character == '/' || character == ',' ? "<wbr/>" : "";
    }
    return id;
}

std::string url_of(std::string_view path) {
    // RFC 3986 section 2.3; of the rest, only the slashes mean what they say.
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    std::string url;
    for (const char character : path) {
        if (unreserved.find(character) != std::string_view::npos) {
            url += character;
            continue;
        }
        std::array<char, 4> spelled{};
        std::snprintf(spelled.data(), spelled.size(), "%%%02X",
                      static_cast<unsigned>(static_cast<unsigned char>(character)));
        url += spelled.data();
    }
    return url;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

void write_rest(std::ostream& out, std::size_t all, std::size_t shown, std::string_view where) {
    if (all > shown) {
        out << "<p>" << all - shown << " more: " << where << "</p>\n";
    }
}

std::string dot_of(std::string_view fill) {
    svg out(12, 12, "");
    out.dot(6, 6, 5, fill);
    return out.finish();
}

std::string_view color_of(verdict what) {
    switch (what) {
        case verdict::pass:
            return color::green;
        case verdict::fail:
            return color::red;
        case verdict::known:
        case verdict::inconclusive:
            return color::amber;
        case verdict::skipped:
            break;
    }
    return color::grey;
}

}  // namespace stormdrain::page
