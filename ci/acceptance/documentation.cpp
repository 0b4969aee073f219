#include "ci/acceptance/documentation.hpp"

#include <regex>
#include <sstream>

namespace stormdrain::acceptance {

std::vector<code_block> code_blocks(const std::string& markdown) {
    const std::string fence = "```";
    std::vector<code_block> blocks;
    std::istringstream lines(markdown);
    bool is_open = false;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (!line.starts_with(fence)) {
            if (is_open) {
                blocks.back().text += line + "\n";
            }
            continue;
        }
        is_open = !is_open;
        if (is_open) {
            const std::string about = line.substr(fence.size());
            const std::size_t blank = about.find(' ');
            code_block& block = blocks.emplace_back();
            block.line = number + 1;
            block.language = about.substr(0, blank);
            block.mark = blank == std::string::npos ? "" : about.substr(blank + 1);
        }
    }
    return blocks;
}

std::optional<part_place> place_of(const code_block& block) {
    static const std::regex part("in (?:(/[^ ]+) of )?an? (target|suite|link)");
    std::smatch found;
    if (!std::regex_match(block.mark, found, part)) {
        return {};
    }
    return part_place{found[1], found[2]};
}

std::vector<std::string> commands_of(const std::string& script) {
    static const std::regex comment("(^|\\s+)#.*$");
    std::vector<std::string> commands;
    std::istringstream lines(script);
    bool goes_on = false;
    for (std::string line; std::getline(lines, line);) {
        line = std::regex_replace(line, comment, "");
        const bool more = line.ends_with('\\');
        if (more) {
            line.pop_back();
        }
        if (goes_on) {
            commands.back() += line;
        } else if (line.find_first_not_of(' ') != std::string::npos) {
            commands.push_back(line);
        }
        goes_on = more;
    }
    return commands;
}

}  // namespace stormdrain::acceptance
