#pragma once
// Blocks of code in Markdown, and what the word behind their language says of them:
//   ```sh                              is run
//   ```sh only parsed: REASON          would take minutes, or another machine: it is parsed
//   ```json                            a whole file: `stormdrain check` reads it
//   ```json in POINTER of a KIND       a part of one: of a target, a suite, a link
//   ```json in a KIND                  the same at its root
// Others (text, mermaid) are for people.

#include <optional>
#include <string>
#include <vector>

namespace stormdrain::acceptance {

struct code_block {
    int line = 0;  // of its first line of code
    std::string language;
    std::string mark;  // behind the language
    std::string text;
};

std::vector<code_block> code_blocks(const std::string& markdown);

// Where a part of a file belongs.
struct part_place {
    std::string pointer;  // "" for the root
    std::string kind;     // "target", "suite", "link"
};
// Empty: the block is no part.
std::optional<part_place> place_of(const code_block& block);

// Commands of a script, one a line, without comments and blank lines; lines that end with a
// backslash are joined.
std::vector<std::string> commands_of(const std::string& script);

}  // namespace stormdrain::acceptance
