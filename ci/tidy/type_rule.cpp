// Two types of one name, which no compiler sees: it reads one file at a time, and the linker keeps
// one of two inline functions of the same name, whatever it is the function of
// ([basic.def.odr]: no diagnostic is required).

#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

namespace stormdrain::tidy {
namespace {

struct named_type {
    std::string name;  // with its namespaces
    int line = 0;
};

bool is_in_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':';
}

std::string_view take_word(std::string_view& text) {
    text = trimmed(text);
    const auto end = std::ranges::find_if_not(text, is_in_name);
    const auto length = static_cast<std::size_t>(end - text.begin());
    const std::string_view word = text.substr(0, length);
    text = trimmed(text.substr(length));
    return word;
}

// What stands between a type's keyword and its name: [[nodiscard]], alignas(8).
void drop_attributes(std::string_view& text) {
    constexpr std::array<std::array<std::string_view, 2>, 2> attributes = {
        {{"[[", "]]"}, {"alignas(", ")"}}};
    for (const auto& [open, close] : attributes) {
        if (const std::size_t end = text.find(close);
            text.starts_with(open) && end != std::string_view::npos) {
            text = trimmed(text.substr(end + close.size()));
        }
    }
}

// The name of the type that `head`, which stands before a brace, begins to define. What has a name
// of several parts is declared elsewhere, and what has arguments is a specialisation.
std::optional<std::string_view> defined_type(std::string_view head) {
    std::string_view rest = without_template(trimmed(head));
    const std::string_view keyword = take_word(rest);
    if (keyword != "class" && keyword != "struct" && keyword != "union" && keyword != "enum") {
        return {};
    }
    if (keyword == "enum" && (rest.starts_with("class ") || rest.starts_with("struct "))) {
        take_word(rest);
    }
    drop_attributes(rest);
    const auto end =
        std::ranges::find_if_not(rest, [](char c) { return is_in_name(c) && c != ':'; });
    const auto length = static_cast<std::size_t>(end - rest.begin());
    const std::string_view name = rest.substr(0, length);
    const std::string_view behind = trimmed(rest.substr(length));
    const bool is_definition = behind.empty() || behind == "final" ||
                               behind.starts_with("final ") ||
                               (behind.starts_with(':') && !behind.starts_with("::"));
    if (name.empty() || !is_definition) {
        return {};
    }
    return name;
}

// Of `using name = type`.
std::optional<std::string_view> alias(std::string_view statement) {
    std::string_view rest = without_template(trimmed(statement));
    if (take_word(rest) != "using") {
        return {};
    }
    const std::string_view name = take_word(rest);
    if (!rest.starts_with('=')) {
        return {};
    }
    return name;
}

struct opened_namespace {
    std::string prefix;     // "stormdrain::tidy::", of all that are open
    bool is_shared = true;  // none of them is without a name
};

// Empty when `head` does not open one. extern "C" is one that adds nothing to names.
std::optional<opened_namespace> namespace_of(std::string_view head, const opened_namespace& outer) {
    std::string_view rest = trimmed(head);
    std::string_view keyword = take_word(rest);
    if (keyword == "extern" && rest.starts_with('"') && rest.ends_with('"')) {
        return outer;
    }
    if (keyword == "inline") {
        keyword = take_word(rest);
    }
    if (keyword != "namespace") {
        return {};
    }
    const std::string_view name = take_word(rest);
    if (name.empty()) {
        return opened_namespace{outer.prefix, false};
    }
    return opened_namespace{outer.prefix + std::string(name) + "::", outer.is_shared};
}

// Those at the level of a namespace that other files can name, too.
std::vector<named_type> shared_types(const source_file& file) {
    const std::string code = code_without_directives(file);
    std::vector<opened_namespace> opened(1);
    std::vector<named_type> found;
    const auto take = [&](std::optional<std::string_view> name, std::size_t at) {
        if (name && opened.back().is_shared) {
            found.push_back({opened.back().prefix + std::string(*name), line_at(code, at)});
        }
    };
    std::size_t begin = 0;  // of the statement
    for (std::size_t at = 0; at < code.size(); ++at) {
        const std::string_view statement = std::string_view(code).substr(begin, at - begin);
        if (code[at] == ';') {
            take(alias(statement), at);
            begin = at + 1;
        } else if (code[at] == '}') {
            if (opened.size() > 1) {
                opened.pop_back();
            }
            begin = at + 1;
        } else if (code[at] == '{') {
            if (const auto inner = namespace_of(statement, opened.back())) {
                opened.push_back(*inner);
            } else {
                take(defined_type(statement), at);
                at = end_of_block(code, at);
            }
            begin = at + 1;
        }
    }
    return found;
}

}  // namespace

violations types_of_one_name(const std::vector<source_file>& tree) {
    std::map<std::string, std::string> first;  // where each name was met
    violations found;
    for (const source_file& file : tree) {
        if (!file.is_cpp()) {
            continue;
        }
        for (const named_type& type : shared_types(file)) {
            const std::string place = file.path + ":" + std::to_string(type.line);
            const auto [known, is_new] = first.try_emplace(type.name, place);
            if (!is_new) {
                found.push_back({file.path, type.line,
                                 "`" + type.name + "` is a type of " + known->second + ", too"});
            }
        }
    }
    return found;
}

}  // namespace stormdrain::tidy
