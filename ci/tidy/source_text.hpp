#pragma once
// A file of the tree as the rules look at it: as it is, and as code alone, in which comments and
// the contents of literals are blanks, so that a rule never trips over a word in a sentence.

#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::tidy {

struct source_file {
    std::string path;  // from the root of the tree, with '/'
    std::string text;
    std::string code;  // same length and same lines as the text; C++ files only, else empty

    bool is_cpp() const;
    bool is_header() const;
    bool is_test() const;  // x_test.cpp, and the x_fixture.hpp of several
    std::string folder() const;
};

source_file make_source_file(std::string path, std::string text);

std::vector<std::string_view> lines_of(std::string_view text);

// Same length and same lines as the code, with blanks for what the preprocessor reads.
std::string code_without_directives(const source_file& file);

// Of the code, the parts: without blanks around, without `template <...>` in front, and where the
// block ends whose brace stands at `open`.
std::string_view trimmed(std::string_view code);
std::string_view without_template(std::string_view code);
std::size_t end_of_block(std::string_view code, std::size_t open);

// 1 for the first line.
int line_at(std::string_view text, std::size_t position);

// The #include directives of a C++ file, with the quotes or angle brackets.
struct include_line {
    int line = 0;
    std::string what;  // "\"harness/base/time.hpp\"" or "<vector>"
};
std::vector<include_line> includes_of(const source_file& file);

// Every file that git tracks or would offer to track; a walk over the folders where git cannot say.
std::vector<source_file> read_tree(const std::string& root);

}  // namespace stormdrain::tidy
