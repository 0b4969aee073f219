#include "ci/acceptance/picture.hpp"

#include <zlib.h>

#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace stormdrain::acceptance {
namespace {

// PNG (ISO/IEC 15948) sections 5.2, 11.2.2 and 9.2 are all that is needed of it.
constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t side_max = 20'000;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = (value << 8U) | static_cast<unsigned char>(bytes.at(at + i));
    }
    return value;
}

struct png_parts {
    std::string_view header;
    std::string compressed;
};

png_parts parts_of(std::string_view png) {
    if (!png.starts_with(signature)) {
        throw std::runtime_error("no PNG");
    }
    png_parts parts;
    constexpr std::size_t frame = 12;  // length, type and checksum of a chunk
    for (std::size_t at = signature.size(); at + frame <= png.size();) {
        const std::size_t length = number_at(png, at);
        const std::string_view type = png.substr(at + 4, 4);
        const std::string_view content = png.substr(at + 8, length);
        if (type == "IHDR") {
            parts.header = content;
        } else if (type == "IDAT") {
            parts.compressed += content;
        }
        at += frame + length;
    }
    return parts;
}

std::string inflated(const std::string& compressed, std::size_t size) {
    std::string raw(size, '\0');
    uLongf length = raw.size();
    const int result =
        ::uncompress(reinterpret_cast<Bytef*>(raw.data()), &length,
                     reinterpret_cast<const Bytef*>(compressed.data()), compressed.size());
    if (result != Z_OK || length != size) {
        throw std::runtime_error("a PNG that cannot be inflated");
    }
    return raw;
}

int nearest_of(int left, int above, int corner) {
    const int estimate = left + above - corner;
    const int to_left = std::abs(estimate - left);
    const int to_above = std::abs(estimate - above);
    const int to_corner = std::abs(estimate - corner);
    if (to_left <= to_above && to_left <= to_corner) {
        return left;
    }
    return to_above <= to_corner ? above : corner;
}

// What the filter of a line adds to a byte of it.
int predicted(int filter, int left, int above, int corner) {
    switch (filter) {
        case 0:
            return 0;
        case 1:
            return left;
        case 2:
            return above;
        case 3:
            return (left + above) / 2;
        case 4:
            return nearest_of(left, above, corner);
        default:
            throw std::runtime_error("a PNG with an unknown filter");
    }
}

}  // namespace

picture::picture(const std::string& png) {
    const png_parts parts = parts_of(png);
    width_ = number_at(parts.header, 0);
    height_ = number_at(parts.header, 4);
    const char kind = parts.header.at(9);
    const std::size_t channels = kind == 6 ? 4 : kind == 2 ? 3 : 0;  // with alpha, or without
    const bool is_plain = parts.header.at(8) == 8 && parts.header.at(12) == 0;
    if (channels == 0 || !is_plain || width_ > side_max || height_ > side_max) {
        throw std::runtime_error("a PNG of another form");
    }
    const std::size_t line_bytes = width_ * channels;
    const std::string raw = inflated(parts.compressed, height_ * (line_bytes + 1));
    std::vector<int> before(line_bytes);
    std::vector<int> line(line_bytes);
    for (std::size_t y = 0; y < height_; ++y) {
        const std::size_t begin = y * (line_bytes + 1);
        for (std::size_t i = 0; i < line_bytes; ++i) {
            const int left = i < channels ? 0 : line[i - channels];
            const int corner = i < channels ? 0 : before[i - channels];
            const int coded = static_cast<unsigned char>(raw[begin + 1 + i]);
            line[i] = (coded + predicted(raw[begin], left, before[i], corner)) & 0xff;
        }
        for (std::size_t x = 0; x < width_; ++x) {
            const auto channel = [&](std::size_t number) {
                return static_cast<std::uint8_t>(line[x * channels + number]);
            };
            pixels_.push_back({channel(0), channel(1), channel(2)});
        }
        before = line;
    }
}

}  // namespace stormdrain::acceptance
