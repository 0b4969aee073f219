#include "harness/commands/columns.hpp"

#include <algorithm>
#include <vector>

namespace stormdrain {
namespace {

// Lines of at most `width` characters, broken at blanks; a longer word has a line of its own.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    while (text.size() > width) {
        std::size_t blank = text.rfind(' ', width);
        if (blank == std::string_view::npos) {
            blank = std::min(text.find(' '), text.size());
        }
        lines.emplace_back(text.substr(0, blank));
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    if (!text.empty()) {
        lines.emplace_back(text);
    }
    return lines;
}

}  // namespace

std::string padded(std::string_view text, std::size_t width) {
    std::string cell(text);
    cell.resize(std::max(width, cell.size() + 1), ' ');
    return cell;
}

void add_wrapped(std::string& page, std::string before, std::string_view text, std::size_t indent) {
    for (const std::string& line : wrapped(text, page_width - indent)) {
        page += before + line + "\n";
        before.assign(indent, ' ');
    }
}

}  // namespace stormdrain
