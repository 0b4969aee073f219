#include "harness/process/stacks/frame_name.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <utility>

namespace stormdrain {
namespace {

struct freed {
    void operator()(char* text) const { std::free(text); }
};

// Empty when it is no name of C++ or of Rust's older scheme.
std::string demangled(const std::string& symbol) {
    int status = 0;
    const std::unique_ptr<char, freed> text(
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status));
    return status == 0 ? text.get() : "";
}

void remove_all(std::string& text, std::string_view what, std::string_view instead = "") {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + instead.size())) {
        text.replace(at, what.size(), instead);
    }
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// How many characters of `text`, which begins with it, are an operator's name: its brackets are
// not to be taken for those of arguments. 0: it is none.
std::size_t operator_length(std::string_view text) {
    constexpr std::string_view keyword = "operator";
    constexpr std::array<std::string_view, 11> brackets = {"()", "<=>", "<<=", ">>=", "->*", "<<",
                                                           ">>", "->",  "<=",  ">=",  "[]"};
    if (!text.starts_with(keyword)) {
        return 0;
    }
    const std::string_view rest = text.substr(keyword.size());
    for (const std::string_view bracket : brackets) {
        if (rest.starts_with(bracket)) {
            return keyword.size() + bracket.size();
        }
    }
    const bool one = rest.starts_with('<') || rest.starts_with('>');
    return keyword.size() + (one ? 1 : 0);
}

// Without anything in round, pointed and square brackets.
std::string without_brackets(std::string_view text) {
    std::string kept;
    int depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        const bool word_begins = at == 0 || !is_word(text[at - 1]);
        const std::size_t name = word_begins ? operator_length(text.substr(at)) : 0;
        if (name > 0) {
            kept += depth == 0 ? text.substr(at, name) : "";
            at += name;
            continue;
        }
        const char c = text[at++];
        const bool arrow = c == '>' && at >= 2 && text[at - 2] == '-';
        if (c == '<' || c == '(' || c == '[') {
            ++depth;
        } else if ((c == '>' && !arrow) || c == ')' || c == ']') {
            depth = std::max(0, depth - 1);
        } else if (depth == 0) {
            kept += c;
        }
    }
    return kept;
}

void remove_ends(std::string& text) {
    constexpr std::array<std::string_view, 5> ends = {" ", " const", " volatile", "&", " noexcept"};
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view end : ends) {
            const bool operator_and = text.ends_with("operator&") || text.ends_with("operator&&");
            if (text.ends_with(end) && !operator_and) {
                text.erase(text.size() - end.size());
                again = true;
            }
        }
    }
}

// Templates are demangled with their return type in front.
std::string without_return_type(const std::string& text) {
    const std::size_t name = std::min(text.rfind("operator"), text.size());
    const std::size_t blank = text.rfind(' ', name == 0 ? 0 : name - 1);
    return blank == std::string::npos ? text : text.substr(blank + 1);
}

// Rust's older scheme ends each name with a hash: "::h" and 16 digits.
void remove_rust_hash(std::string& text) {
    constexpr std::size_t length = 3 + 16;
    if (text.size() <= length || text.compare(text.size() - length, 3, "::h") != 0) {
        return;
    }
    const std::string_view digits = std::string_view(text).substr(text.size() - 16);
    if (std::ranges::all_of(digits, [](unsigned char c) { return std::isxdigit(c) != 0; })) {
        text.erase(text.size() - length);
    }
}

std::string cut(std::string name) {
    return name.size() <= frame_name_length_max
               ? name
               : "..." + name.substr(name.size() - frame_name_length_max + 3);
}

std::string shortened(std::string name) {
    remove_all(name, "(anonymous namespace)::");
    name = without_brackets(name);
    remove_all(name, " const::", "::");
    remove_all(name, "&::", "::");
    remove_ends(name);
    name = without_return_type(name);
    remove_rust_hash(name);
    return name;
}

}  // namespace

std::string readable_name(std::string_view symbol) {
    std::string name(symbol.substr(0, symbol.find('@')));  // "epoll_wait@@GLIBC_2.3.2"
    const std::string plain = name.starts_with("_Z") ? demangled(name) : "";
    if (!plain.empty()) {
        return cut(shortened(plain));
    }
    // "worker_loop.constprop.0", but not Go's "main.main".
    for (const std::string_view suffix :
         {".cold", ".part.", ".isra.", ".constprop.", ".lto_priv."}) {
        name.erase(std::min(name.find(suffix), name.size()));
    }
    return cut(std::move(name));
}

std::string readable_source_name(std::string_view name) {
    return cut(shortened(std::string(name)));
}

}  // namespace stormdrain
