#pragma once
// A picture as a browser's screenshot has it, to be asked what can be seen on it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain::acceptance {

struct pixel {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    bool operator==(const pixel&) const = default;

    int brightness() const { return (299 * red + 587 * green + 114 * blue) / 1000; }
};

class picture {
public:
    // Of a PNG of 8 bits a channel, without interlacing: what Chromium writes. Throws
    // std::runtime_error where it is no such.
    explicit picture(const std::string& png);

    std::size_t width() const { return width_; }
    std::size_t height() const { return height_; }
    const pixel& at(std::size_t x, std::size_t y) const { return pixels_.at(y * width_ + x); }
    const std::vector<pixel>& pixels() const { return pixels_; }

private:
    std::size_t width_ = 0;
    std::size_t height_ = 0;
    std::vector<pixel> pixels_;
};

}  // namespace stormdrain::acceptance
