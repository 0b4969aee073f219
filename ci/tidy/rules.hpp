#pragma once
// The habits of the tree that a machine can check. A rule is a pure function from one file, or
// from all files, to violations; ci/tidy/tree_test.cpp applies them, and each one is proved by a
// bad snippet in its own test.

#include "ci/tidy/source_text.hpp"

#include <string>
#include <vector>

namespace stormdrain::tidy {

struct violation {
    std::string path;
    int line = 0;  // 0: the file itself
    std::string message;
    bool operator==(const violation&) const = default;
};

using violations = std::vector<violation>;

// "harness/net/a.cpp:12: ...", a line each.
std::string to_text(const violations& found);

// Rooms include only rooms to their left; includes are written from the root of the tree.
violations include_direction(const source_file& file);
// Checks and reports reach no socket and no clock of Asio's, not even through what they include.
violations pure_rooms(const std::vector<source_file>& tree);

// harness/README.md has a table of the rooms whose last column says what each may include.
violations rooms_as_documented(const std::vector<source_file>& tree);

// Words and calls that have a better replacement.
violations banned_words(const source_file& file);
// g++ 12 frees twice what such an expression makes: name it, then await it.
violations literal_beside_await(const source_file& file);
// g++ 12 awaits both sides of such a choice.
violations choice_beside_await(const source_file& file);

// One name, one type: of two in a program the linker takes the functions of either for both.
violations types_of_one_name(const std::vector<source_file>& tree);

// Files of at most 400 lines of 100 columns, functions of at most 70, main.cpp of at most 100.
violations lengths(const source_file& file);

// "#pragma once", then a comment that says what the header is for.
violations header_opening(const source_file& file);

// A source whose test is another one's: it serves that one only, or means nothing alone.
struct shared_test {
    std::string source;
    std::string test;
};
const std::vector<shared_test>& shared_tests();
// Every source of the rooms that judge has its test beside it, or shares one.
violations missing_tests(const std::vector<source_file>& tree,
                         const std::vector<shared_test>& shared);

// Ends with a newline, no blanks at line ends, no notes to oneself, no folder of one machine.
violations plain_text(const source_file& file);
violations top_level(const std::vector<source_file>& tree);

// What people use by name stands in a README: faults in faults/, checks and suites in suites/,
// targets in servers/, rooms in harness/.
violations unnamed_in_readme(const std::vector<source_file>& tree);

// Files that a README names, in code or as links, are in the tree.
violations unknown_files_in_readmes(const std::vector<source_file>& tree);

// A key that a reader of suites, targets or links asks for stands in one of their schemas.
violations keys_without_schema(const std::vector<source_file>& tree);

}  // namespace stormdrain::tidy
