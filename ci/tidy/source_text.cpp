#include "ci/tidy/source_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

namespace stormdrain::tidy {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Where the literal or comment that begins at `at` ends; `at` itself when none begins there.
std::size_t end_of_blank(std::string_view text, std::size_t at) {
    const auto found = [&](std::string_view what, std::size_t from) {
        const std::size_t place = text.find(what, from);
        return place == std::string_view::npos ? text.size() : place + what.size();
    };
    const auto quoted = [&](char quote) {
        std::size_t end = at + 1;
        while (end < text.size() && text[end] != quote && text[end] != '\n') {
            end += text[end] == '\\' ? 2U : 1U;
        }
        return std::min(end + 1, text.size());
    };
    const std::string_view rest = text.substr(at);
    const bool after_word = at > 0 && is_word(text[at - 1]);
    if (rest.starts_with("//")) {
        return std::min(text.find('\n', at), text.size());
    }
    if (rest.starts_with("/*")) {
        return found("*/", at + 2);
    }
    if (rest.starts_with("R\"") && !after_word) {
        const std::size_t open = text.find('(', at);
        if (open == std::string_view::npos) {
            return at;
        }
        const std::string tail = ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
        return found(tail, open);
    }
    if (rest.starts_with('"')) {
        return quoted('"');
    }
    if (rest.starts_with('\'') && !after_word) {  // after a digit it separates thousands
        return quoted('\'');
    }
    return at;
}

std::string code_of(std::string_view text) {
    std::string code(text);
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = end_of_blank(text, at);
        if (end == at) {
            ++at;
            continue;
        }
        const bool literal = text[at] != '/';
        for (std::size_t i = at; i < end; ++i) {
            if (code[i] != '\n') {
                code[i] = ' ';
            }
        }
        if (literal) {  // still an operand
            code[at] = '"';
            code[end - 1] = code[end - 1] == '\n' ? '\n' : '"';
        }
        at = end;
    }
    return code;
}

std::vector<std::string> paths_from_git(const std::string& root) {
    std::string quoted;
    for (const char c : root) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    const std::string command =
        "git -C '" + quoted + "' ls-files -coz --exclude-standard 2>/dev/null";
    const auto close = [](FILE* stream) { ::pclose(stream); };
    const std::unique_ptr<FILE, decltype(close)> stream(::popen(command.c_str(), "r"), close);
    std::string listing;
    std::array<char, 4096> buffer;
    while (stream != nullptr) {
        const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stream.get());
        if (count == 0) {
            break;
        }
        listing.append(buffer.data(), count);
    }
    std::vector<std::string> paths;
    for (std::size_t at = 0; at < listing.size();) {
        const std::size_t end = std::min(listing.find('\0', at), listing.size());
        paths.push_back(listing.substr(at, end - at));
        at = end + 1;
    }
    return paths;
}

std::vector<std::string> paths_from_folders(const std::string& root) {
    namespace fs = std::filesystem;
    std::vector<std::string> paths;
    for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
        const std::string name = entry->path().filename().string();
        const bool at_top = entry.depth() == 0;
        const bool ignored =  // the lines of .gitignore
            name == ".git" || name == "__pycache__" ||
            (at_top && (name == "build" || name.starts_with("build-"))) ||
            (at_top && name == "stormdrain-results");
        if (ignored) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file()) {
            paths.push_back(fs::relative(entry->path(), root).string());
        }
    }
    return paths;
}

}  // namespace

bool source_file::is_cpp() const {
    return path.ends_with(".cpp") || is_header();
}
bool source_file::is_header() const {
    return path.ends_with(".hpp") || path.ends_with(".h");
}
bool source_file::is_test() const {
    return path.ends_with("_test.cpp") || path.ends_with("_fixture.hpp");
}

std::string source_file::folder() const {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

source_file make_source_file(std::string path, std::string text) {
    source_file file{std::move(path), std::move(text), ""};
    if (file.is_cpp()) {
        file.code = code_of(file.text);
    }
    return file;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

int line_at(std::string_view text, std::size_t position) {
    return 1 + static_cast<int>(std::ranges::count(text.substr(0, position), '\n'));
}

std::string code_without_directives(const source_file& file) {
    std::string code = file.code;
    std::size_t start = 0;
    bool continued = false;
    for (const std::string_view line : lines_of(file.code)) {
        const bool directive = continued || line.starts_with('#');
        continued = directive && line.ends_with('\\');
        if (directive) {
            code.replace(start, line.size(), line.size(), ' ');
        }
        start += line.size() + 1;
    }
    return code;
}

std::string_view trimmed(std::string_view code) {
    const std::size_t begin = code.find_first_not_of(" \n\t");
    if (begin == std::string_view::npos) {
        return "";
    }
    return code.substr(begin, code.find_last_not_of(" \n\t") + 1 - begin);
}

std::string_view without_template(std::string_view code) {
    while (code.starts_with("template")) {
        int depth = 0;
        std::size_t at = code.find('<');
        for (; at < code.size(); ++at) {
            depth += code[at] == '<' ? 1 : code[at] == '>' ? -1 : 0;
            if (depth == 0) {
                break;
            }
        }
        code = trimmed(code.substr(std::min(at + 1, code.size())));
    }
    return code;
}

std::size_t end_of_block(std::string_view code, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < code.size(); ++at) {
        depth += code[at] == '{' ? 1 : code[at] == '}' ? -1 : 0;
        if (depth == 0) {
            return at;
        }
    }
    return code.size();
}

std::vector<include_line> includes_of(const source_file& file) {
    std::vector<include_line> includes;
    int number = 0;
    for (const std::string_view line : lines_of(file.text)) {
        ++number;
        if (!line.starts_with("#include ")) {
            continue;
        }
        const std::string_view what = line.substr(9);
        const std::size_t end = what.find_first_of("\">", 1);
        if (end != std::string_view::npos) {
            includes.push_back({number, std::string(what.substr(0, end + 1))});
        }
    }
    return includes;
}

std::vector<source_file> read_tree(const std::string& root) {
    std::vector<std::string> paths = paths_from_git(root);
    if (paths.empty()) {
        paths = paths_from_folders(root);
    }
    const std::set<std::string> sorted(paths.begin(), paths.end());
    std::vector<source_file> files;
    for (const std::string& path : sorted) {
        const std::string place = root + "/" + path;
        if (!std::filesystem::is_regular_file(place)) {
            continue;  // tracked, and deleted in the working tree
        }
        std::ifstream stream(place, std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(stream), {}};
        if (text.find('\0') == std::string::npos) {
            files.push_back(make_source_file(path, std::move(text)));
        }
    }
    return files;
}

}  // namespace stormdrain::tidy
