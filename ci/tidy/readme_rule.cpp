// What a person may write in a file or on the command line is found in a README.

#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>

namespace stormdrain::tidy {
namespace {

constexpr std::string_view suites_readme = "suites/README.md";
constexpr std::string_view faults_readme = "faults/README.md";
constexpr std::string_view harness_readme = "harness/README.md";
constexpr std::string_view servers_readme = "servers/README.md";
constexpr std::string_view link_readme = "faults/link/README.md";

struct use {
    std::string_view readme;
    std::string name;  // as it stands there, between backquotes
};

// "drip" of `extern const fault_kind drip{`.
std::string declared(const source_file& file, std::string_view declaration) {
    const std::size_t at = file.code.find(declaration);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + declaration.size();
    return file.code.substr(begin, file.code.find_first_of(";{ ", begin) - begin);
}

struct catalogue {
    std::string_view folder;
    std::string_view declaration;
    std::string_view readme;
};

std::optional<use> use_of(const source_file& file) {
    constexpr std::array<catalogue, 2> catalogues{
        {{"faults", "extern const fault_kind ", faults_readme},
         {"harness/checks", "extern const check ", suites_readme}}};
    for (const catalogue& each : catalogues) {
        const std::string name =
            file.folder() == each.folder ? declared(file, each.declaration) : "";
        if (!name.empty()) {
            return use{each.readme, name};
        }
    }
    if (file.folder() == "faults/link/toxics") {
        const std::string name = declared(file, "extern const toxic_kind ");
        if (!file.is_test() && !name.empty()) {
            return use{link_readme, name};
        }
    }
    const std::size_t slash = file.path.rfind('/');
    if (file.folder() == "suites" && file.path.ends_with(".json")) {
        return use{suites_readme, file.path.substr(slash + 1, file.path.size() - slash - 6)};
    }
    const std::string folder = file.folder();
    if (folder.starts_with("servers/") && file.path.ends_with("/target.json")) {
        return use{servers_readme, folder.substr(folder.find('/') + 1) + "/"};
    }
    return {};
}

// "checks" of harness/checks/check.cpp; empty: it is in no room of the harness.
std::string room_of(const source_file& file) {
    constexpr std::string_view rooms = "harness/";
    if (!file.is_cpp() || !file.path.starts_with(rooms)) {
        return {};
    }
    const std::size_t end = file.path.find('/', rooms.size());
    return end == std::string::npos ? "" : file.path.substr(rooms.size(), end - rooms.size());
}

bool names(const std::vector<source_file>& tree, const use& wanted) {
    const auto readme = std::ranges::find(tree, wanted.readme, &source_file::path);
    return readme != tree.end() && readme->text.find("`" + wanted.name + "`") != std::string::npos;
}

// `plan/readers/load_reader.cpp`, and what a link leads to; not `faults/NAME.cpp`, nor files of a
// run.
const std::regex& named_file() {
    static const std::regex made(
        R"(`([a-z0-9_./-]+/[a-z0-9_.-]+\.(?:cpp|hpp|jsonl?|cmake|md|js|py|yml|xsd))`)"
        R"(|\]\(([^)#:]+)[^):]*\))");
    return made;
}

// From the root of the tree, from the page, or from the page's room: what stands there ends so.
bool is_in(const std::vector<source_file>& tree, const source_file& page, const std::string& name) {
    const std::string beside =
        (std::filesystem::path(page.folder()) / name).lexically_normal().string();
    return std::ranges::any_of(tree, [&](const source_file& file) {
        return file.path == name || file.path == beside || file.path.starts_with(beside + "/");
    });
}

}  // namespace

violations unknown_files_in_readmes(const std::vector<source_file>& tree) {
    violations found;
    for (const source_file& page : tree) {
        if (!page.path.ends_with("README.md")) {
            continue;
        }
        for (std::sregex_iterator at(page.text.begin(), page.text.end(), named_file()), end;
             at != end; ++at) {
            const std::string name = (*at)[1].matched ? (*at)[1] : (*at)[2];
            if (!is_in(tree, page, name)) {
                found.push_back({page.path,
                                 line_at(page.text, static_cast<std::size_t>(at->position())),
                                 "`" + name + "` is not in the tree"});
            }
        }
    }
    return found;
}

violations unnamed_in_readme(const std::vector<source_file>& tree) {
    violations found;
    std::set<std::string> rooms;
    for (const source_file& file : tree) {
        const std::string room = room_of(file);
        if (!room.empty() && rooms.insert(room).second && !names(tree, {harness_readme, room})) {
            found.push_back({"harness/" + room, 0,
                             "`" + room + "` does not stand in " + std::string(harness_readme)});
        }
        const std::optional<use> wanted = use_of(file);
        if (wanted && !names(tree, *wanted)) {
            found.push_back(
                {file.path, 0,
                 "`" + wanted->name + "` does not stand in " + std::string(wanted->readme)});
        }
    }
    return found;
}

}  // namespace stormdrain::tidy
