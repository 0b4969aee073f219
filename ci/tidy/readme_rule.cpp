// What a person may write in a file or on the command line is found in a README.

#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain::tidy {
namespace {

constexpr std::string_view suites_readme = "suites/README.md";
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

std::optional<use> use_of(const source_file& file) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> catalogues{
        {{"faults", "extern const fault_kind "}, {"harness/checks", "extern const check "}}};
    for (const auto& [folder, declaration] : catalogues) {
        const std::string name = file.folder() == folder ? declared(file, declaration) : "";
        if (!name.empty()) {
            return use{suites_readme, name};
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

bool names(const std::vector<source_file>& tree, const use& wanted) {
    const auto readme = std::ranges::find(tree, wanted.readme, &source_file::path);
    return readme != tree.end() && readme->text.find("`" + wanted.name + "`") != std::string::npos;
}

}  // namespace

violations unnamed_in_readme(const std::vector<source_file>& tree) {
    violations found;
    for (const source_file& file : tree) {
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
