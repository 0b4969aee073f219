#include "harness/config/text_file.hpp"

#include "harness/config/quantity.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace stormdrain {
namespace {

struct file_closer {
    void operator()(std::FILE* file) const { std::fclose(file); }  // was only read: cannot matter
};

text_file failed() {
    return {{}, std::generic_category().message(errno)};
}

}  // namespace

text_file read_text_file(const std::string& path, std::uint64_t bytes_max) {
    const std::unique_ptr<std::FILE, file_closer> file(std::fopen(path.c_str(), "rbe"));
    if (!file) {
        return failed();
    }
    std::string text;
    std::array<char, 65536> block{};
    while (text.size() <= bytes_max) {
        const std::size_t count = std::fread(block.data(), 1, block.size(), file.get());
        text.append(block.data(), count);
        if (count == block.size()) {
            continue;
        }
        if (std::ferror(file.get()) != 0) {
            return failed();
        }
        if (text.size() <= bytes_max) {
            return {std::move(text), ""};
        }
    }
    return {{}, "larger than " + spell_size(bytes_max)};
}

}  // namespace stormdrain
