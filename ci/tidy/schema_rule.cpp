// What a reader asks a file for is offered by a schema, so that editors know it too.

#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <string>
#include <string_view>

namespace stormdrain::tidy {
namespace {

// Readers of files that people write; those of results and of the link's API are others.
bool reads_files(const source_file& file) {
    constexpr std::array<std::string_view, 3> folders = {"faults", "faults/link",
                                                         "faults/link/toxics"};
    const bool is_reader =
        file.folder() == "harness/plan/readers" && file.path.ends_with("_reader.cpp");
    return file.is_cpp() && !file.is_test() &&
           (is_reader || std::ranges::find(folders, file.folder()) != folders.end());
}

// keys.text("name"), keys->object("stop"), keys.choice<after_stop>("after_stop", ...),
// is_given(keys, "share"), read_name(*keys, "name")
const std::regex& question() {
    static const std::regex made(
        R"re((?:(?:\.|->)(?:text|flag|integer|number|length_of_time|size|rate|texts|integers)re"
        R"re(|object|objects|list|choice<\w+>)\()re"
        R"re(|(?:is_given|read_\w+)\(\*?\w+,))re"
        R"re(\s*"([a-z]\w+)")re");
    return made;
}

bool is_offered(const std::vector<source_file>& tree, const std::string& key) {
    return std::ranges::any_of(tree, [&](const source_file& file) {
        return file.folder() == "suites/schema" && file.path.ends_with(".json") &&
               file.text.find("\"" + key + "\":") != std::string::npos;
    });
}

}  // namespace

violations keys_without_schema(const std::vector<source_file>& tree) {
    violations found;
    for (const source_file& file : tree) {
        if (!reads_files(file)) {
            continue;
        }
        for (std::sregex_iterator at(file.text.begin(), file.text.end(), question()), end;
             at != end; ++at) {
            const std::string key = (*at)[1];
            if (!is_offered(tree, key)) {
                found.push_back({file.path,
                                 line_at(file.text, static_cast<std::size_t>(at->position())),
                                 "no schema in suites/schema offers the key `" + key + "`"});
            }
        }
    }
    return found;
}

}  // namespace stormdrain::tidy
