#pragma once
// Reads a whole file that a user named, within a bound.

#include <cstdint>
#include <optional>
#include <string>

namespace stormdrain {

struct text_file {
    std::optional<std::string> text;
    std::string failure;  // why there is no text: "No such file or directory"
};

text_file read_text_file(const std::string& path, std::uint64_t bytes_max);

}  // namespace stormdrain
