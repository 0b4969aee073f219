// Two traps of g++ 12.2 around co_await; clang 14 has neither.
//
// literal_beside_await: a heuristic over the code of one expression. g++ 12.2 destroys an
// aggregate literal or a capturing lambda twice when it stands in the full expression of a
// co_await (gcc 107288). It leans on clang-format: a literal's brace touches what is before it
// ("options{", "({", ", {"), a block's brace has a blank before it (") {", "else {").

//
// choice_beside_await: in a co_return and in the arguments of a call, `a && co_await b`, `||` and
// `?:` await both sides. In conditions and initialisers they do what they should.

#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace stormdrain::tidy {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_blank(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t last_before(std::string_view code, std::size_t at) {
    while (at > 0 && is_blank(code[at - 1])) {
        --at;
    }
    return at == 0 ? npos : at - 1;
}

std::size_t matching(std::string_view code, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < code.size(); ++at) {
        const std::string_view one = code.substr(at, 1);
        if (one.find_first_of("({[") != npos) {
            ++depth;
        } else if (one.find_first_of(")}]") != npos && --depth == 0) {
            return at;
        }
    }
    return npos;
}

std::size_t matching_back(std::string_view code, std::size_t close) {
    int depth = 0;
    for (std::size_t at = close + 1; at-- > 0;) {
        const std::string_view one = code.substr(at, 1);
        if (one.find_first_of(")}]") != npos) {
            ++depth;
        } else if (one.find_first_of("({[") != npos && --depth == 0) {
            return at;
        }
    }
    return npos;
}

std::string_view word_ending_at(std::string_view code, std::size_t last) {
    std::size_t begin = last + 1;
    while (begin > 0 && is_word(code[begin - 1])) {
        --begin;
    }
    return code.substr(begin, last + 1 - begin);
}

bool opens_literal(std::string_view code, std::size_t brace) {
    const std::size_t before = last_before(code, brace);
    if (before == npos) {
        return false;
    }
    const char c = code[before];
    if (std::string_view("(,={?").find(c) != npos) {
        return c != '{' || before + 1 == brace;  // "{{" is a literal, "{ {" a block
    }
    const std::string_view word = word_ending_at(code, before);
    if (word == "return" || word == "co_return" || word == "co_yield") {
        return true;
    }
    return before + 1 == brace && (is_word(c) || c == '>');
}

// A lambda's introducer, not a subscript, an attribute or a structured binding.
bool opens_capture(std::string_view code, std::size_t bracket) {
    const std::size_t before = last_before(code, bracket);
    if (before == npos || code.substr(bracket, 2) == "[[") {
        return false;
    }
    const char c = code[before];
    if (is_word(c)) {
        return word_ending_at(code, before) == "return";
    }
    if (c == ')' || c == ']' || c == '[' || c == '"') {
        return false;
    }
    const std::size_t close = matching(code, bracket);
    const std::size_t inside = code.find_first_not_of(" \n", bracket + 1);
    return close != npos && inside != close;
}

// The lambda whose body this brace opens has a capture list with something in it.
bool closes_capturing_lambda(std::string_view code, std::size_t brace) {
    const std::size_t head = code.find_last_of(";{}", brace == 0 ? 0 : brace - 1);
    for (std::size_t at = head == npos ? 0 : head + 1; at < brace; ++at) {
        if (code[at] == '[' && opens_capture(code, at)) {
            return true;
        }
    }
    return false;
}

// From the co_await to the end of its expression: the literal's or capture's place, or npos.
std::size_t culprit_after(std::string_view code, std::size_t await) {
    for (std::size_t at = await; at < code.size(); ++at) {
        const char c = code[at];
        if (c == '(') {
            continue;  // looked into
        }
        if (c == '[' && opens_capture(code, at)) {
            return at;
        }
        if (c == '{') {
            if (opens_literal(code, at)) {
                return at;
            }
            const std::size_t close = matching(code, at);
            const std::size_t before = last_before(code, at);
            const bool block = before != npos && code[before] == ')' &&
                               matching_back(code, before) < await;  // "if (co_await x) {"
            if (close == npos || block) {
                return npos;
            }
            at = close;  // the body of a lambda that captures nothing
        }
        if (c == ';' || c == '}') {
            return npos;
        }
    }
    return npos;
}

// From the co_await back to the beginning of its statement.
std::size_t culprit_before(std::string_view code, std::size_t await) {
    for (std::size_t at = await; at-- > 0;) {
        const char c = code[at];
        if (c == ';') {
            return npos;
        }
        if (c == '[' && opens_capture(code, at)) {
            return at;
        }
        if (c == '{') {
            return opens_literal(code, at) ? at : npos;
        }
        if (c != '}') {
            continue;
        }
        const std::size_t open = matching_back(code, at);
        const std::size_t next = code.find_first_not_of(" \n", at + 1);
        if (open == npos || next == npos) {
            return npos;
        }
        const bool goes_on = std::string_view("),.]+/?:|=<>").find(code[next]) != npos;
        if (!goes_on) {
            return npos;  // a block before this statement
        }
        if (opens_literal(code, open) || closes_capturing_lambda(code, open)) {
            return open;
        }
        at = open;
    }
    return npos;
}

// The innermost parenthesis that is open at `at`, looking no further back than `from`.
std::size_t open_round(std::string_view code, std::size_t from, std::size_t at) {
    int depth = 0;
    while (at-- > from) {
        if (code[at] == ')') {
            ++depth;
        } else if (code[at] == '(' && depth-- == 0) {
            return at;
        }
    }
    return npos;
}

bool opens_arguments(std::string_view code, std::size_t round) {
    const std::size_t before = round == npos ? npos : last_before(code, round);
    if (before == npos || !is_word(code[before])) {
        return false;
    }
    constexpr std::array<std::string_view, 5> keywords = {"if", "while", "switch", "for", "return"};
    return std::ranges::find(keywords, word_ending_at(code, before)) == keywords.end();
}

}  // namespace

violations choice_beside_await(const source_file& file) {
    violations found;
    const std::string_view code = file.code;
    for (std::size_t at = code.find("co_await"); at != npos; at = code.find("co_await", at + 1)) {
        const std::size_t end_before = code.find_last_of(";{}", at);
        const std::size_t begin = end_before == npos ? 0 : end_before + 1;
        const bool returned =
            code.substr(begin, at - begin).find("co_return ") != std::string_view::npos;
        for (const std::string_view choice : {" && ", " || ", " ? ", "&&\n", "||\n", "\n? "}) {
            const std::size_t place = code.substr(begin, at - begin).rfind(choice);
            if (place != npos &&
                (returned || opens_arguments(code, open_round(code, begin, begin + place)))) {
                found.push_back({file.path, line_at(code, at),
                                 "a choice (&&, ||, ?:) around co_await in a co_return or an "
                                 "argument: name its result first; g++ 12 awaits both sides"});
                break;
            }
        }
    }
    return found;
}

violations literal_beside_await(const source_file& file) {
    violations found;
    const std::string_view code = file.code;
    for (std::size_t at = code.find("co_await"); at != npos; at = code.find("co_await", at + 1)) {
        std::size_t culprit = culprit_after(code, at);
        if (culprit == npos) {
            culprit = culprit_before(code, at);
        }
        if (culprit != npos) {
            const std::string what = code[culprit] == '[' ? "capturing lambda" : "{...} literal";
            found.push_back({file.path, line_at(code, culprit),
                             what + " in the same expression as co_await: name it first; g++ 12 "
                                    "destroys it twice"});
        }
    }
    return found;
}

}  // namespace stormdrain::tidy
