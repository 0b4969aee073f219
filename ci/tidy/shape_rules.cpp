#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace stormdrain::tidy {
namespace {

constexpr int file_lines_max = 400;
constexpr int main_lines_max = 100;
constexpr int function_lines_max = 70;
constexpr std::size_t columns_max = 100;

bool is_one_of(std::string_view path, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](std::string_view end) { return path.ends_with(end); });
}

// Files that people write line by line; data (JSON) and prose (Markdown) have no columns.
bool is_written_code(const source_file& file) {
    return file.is_cpp() || is_one_of(file.path, {".cmake", "CMakeLists.txt", ".sh"}) ||
           file.text.starts_with("#!");
}

std::size_t columns_of(std::string_view line) {
    return static_cast<std::size_t>(std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

enum class brace { scope, function, other };

// `head`: what stands between the end of the statement before and the brace.
brace kind_of(std::string_view head) {
    head = without_template(trimmed(head));
    const bool round = head.find('(') != std::string_view::npos;
    for (const std::string_view word : {"namespace", "inline namespace", "extern", "enum"}) {
        if (head.starts_with(word) && !round) {
            return brace::scope;
        }
    }
    for (const std::string_view word : {"class ", "struct ", "union "}) {
        if (head.starts_with(word) && (!round || head.find("alignas(") != std::string_view::npos)) {
            return brace::scope;
        }
    }
    if (head == "struct" || head == "union") {
        return brace::scope;
    }
    return round && !head.ends_with('=') ? brace::function : brace::other;
}

void function_lengths(const source_file& file, violations& found) {
    const std::string code = code_without_directives(file);
    std::size_t head = 0;
    int round = 0;
    for (std::size_t at = 0; at < code.size(); ++at) {
        const char c = code[at];
        round += c == '(' ? 1 : c == ')' ? -1 : 0;
        if ((c == ';' && round == 0) || c == '}') {
            head = at + 1;
        }
        if (c != '{') {
            continue;
        }
        const brace kind = kind_of(std::string_view(code).substr(head, at - head));
        if (kind == brace::scope && round == 0) {
            head = at + 1;
            continue;
        }
        const std::size_t end = end_of_block(code, at);
        const int first = line_at(code, at);
        const int count = line_at(code, end) - first + 1;
        if (kind == brace::function && round == 0 && count > function_lines_max) {
            found.push_back({file.path, first,
                             "a function of " + std::to_string(count) + " lines: at most " +
                                 std::to_string(function_lines_max)});
        }
        if (round == 0 && kind == brace::function) {
            head = end + 1;
        }
        at = end;
    }
}

}  // namespace

violations lengths(const source_file& file) {
    violations found;
    if (!is_written_code(file)) {
        return found;
    }
    const std::vector<std::string_view> lines = lines_of(file.text);
    const bool is_main = file.path == "harness/main.cpp";
    const int most = is_main ? main_lines_max : file_lines_max;
    if (static_cast<int>(lines.size()) > most) {
        found.push_back({file.path, 0,
                         std::to_string(lines.size()) + " lines: at most " + std::to_string(most)});
    }
    int number = 0;
    for (const std::string_view line : lines) {
        ++number;
        if (columns_of(line) > columns_max) {
            found.push_back({file.path, number,
                             std::to_string(columns_of(line)) + " columns: at most " +
                                 std::to_string(columns_max)});
        }
    }
    if (file.is_cpp()) {
        function_lengths(file, found);
    }
    return found;
}

violations header_opening(const source_file& file) {
    if (!file.is_header()) {
        return {};
    }
    const std::vector<std::string_view> lines = lines_of(file.text);
    if (lines.empty() || lines[0] != "#pragma once") {
        return {{file.path, 1, "a header begins with #pragma once"}};
    }
    if (lines.size() < 2 || !lines[1].starts_with("// ")) {
        return {{file.path, 2, "say in a comment what this header is for"}};
    }
    return {};
}

violations plain_text(const source_file& file) {
    violations found;
    if (!file.text.empty() && file.text.back() != '\n') {
        found.push_back({file.path, 0, "the last line has no newline"});
    }
    // Written in two pieces, so that this file keeps its own rule.
    const std::array<std::string, 4> notes = {
        "TO"
        "DO",
        "FIX"
        "ME",
        "/wo"
        "rk/",
        "/tmp/bash"
        "_jobs"};
    int number = 0;
    for (const std::string_view line : lines_of(file.text)) {
        ++number;
        if (line.ends_with(' ') || line.ends_with('\t') || line.ends_with('\r')) {
            found.push_back({file.path, number, "blanks at the end of the line"});
        }
        for (const std::string& note : notes) {
            if (line.find(note) != std::string_view::npos) {
                found.push_back({file.path, number, "`" + note + "` has no place in the tree"});
            }
        }
    }
    return found;
}

violations top_level(const std::vector<source_file>& tree) {
    const std::set<std::string> allowed = {"CMakeLists.txt", "README.md", "harness", "faults",
                                           "servers",        "suites",    "ci"};
    violations found;
    std::set<std::string> seen;
    for (const source_file& file : tree) {
        const std::string top = file.path.substr(0, file.path.find('/'));
        if (!top.starts_with('.') && !allowed.contains(top) && seen.insert(top).second) {
            found.push_back({top, 0, "the top level is fixed: find it a room"});
        }
    }
    return found;
}

std::string to_text(const violations& found) {
    std::string text;
    for (const violation& one : found) {
        text += one.path + (one.line == 0 ? "" : ":" + std::to_string(one.line)) + ": " +
                one.message + "\n";
    }
    return text;
}

}  // namespace stormdrain::tidy
