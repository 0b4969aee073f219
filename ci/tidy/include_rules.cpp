#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace stormdrain::tidy {
namespace {

struct room_rule {
    std::string_view room;
    std::vector<std::string_view> may_include;
    bool may_include_all_before = false;
};

// base < config, net, process, origin < link, faults, load < plan < cycle < checks < report < probe
// < init < shrink < commands < main
const std::vector<room_rule>& room_rules() {
    static const std::vector<room_rule> rules = [] {
        const std::vector<std::string_view> after_faults = {
            "harness/plan", "harness/cycle",  "harness/checks",   "harness/report", "harness/probe",
            "harness/init", "harness/shrink", "harness/commands", "harness",
        };
        std::vector<room_rule> made = {
            {"harness/base", {"harness/base"}},
            {"harness/statistics", {"harness/statistics"}},
            {"harness/config", {"harness/base", "harness/config"}},
            {"harness/net", {"harness/base", "harness/net"}},
            {"harness/process", {"harness/base", "harness/net", "harness/process"}},
            {"harness/origin", {"harness/base", "harness/config", "harness/net", "harness/origin"}},
            {"harness/testing",
             {"harness/base", "harness/net", "harness/process", "harness/testing"}},
            {"harness/load", {"harness/base", "harness/config", "harness/net", "harness/load"}},
            {"faults/link",
             {"harness/base", "harness/config", "harness/net", "harness/process", "faults/link"}},
            {"faults",
             {"harness/base", "harness/config", "harness/net", "harness/origin", "harness/process",
              "faults"}},
        };
        std::vector<std::string_view> left = {
            "harness/base",   "harness/statistics", "harness/config", "harness/net",
            "harness/origin", "harness/process",    "harness/load",   "faults",
            "faults/link",
        };
        for (const std::string_view room : after_faults) {
            left.push_back(room);
            made.push_back({room, left, true});
        }
        made.push_back({"servers", {"servers"}});
        made.push_back({"ci", {"ci"}});
        return made;
    }();
    return rules;
}

// "harness/net/http/x.hpp" -> "harness/net"; "harness/main.cpp" -> "harness"; "faults/x" ->
// "faults"; "faults/link/toxics/x" -> "faults/link"
std::string room_of(std::string_view path) {
    constexpr std::string_view link = "faults/link";
    if (path.starts_with(std::string(link) + "/")) {
        return std::string(link);
    }
    const std::size_t first = path.find('/');
    if (first == std::string_view::npos) {
        return "";
    }
    if (path.substr(0, first) != "harness") {
        return std::string(path.substr(0, first));
    }
    const std::size_t second = path.find('/', first + 1);
    return std::string(path.substr(0, second == std::string_view::npos ? first : second));
}

bool may_include(const source_file& file, const std::string& room) {
    if (room == "harness/testing" && file.is_test() && !file.path.starts_with("servers/") &&
        !file.path.starts_with("ci/")) {
        return true;
    }
    const std::string own = room_of(file.path);
    const auto rule = std::ranges::find(room_rules(), own, &room_rule::room);
    return rule == room_rules().end() ||
           std::ranges::find(rule->may_include, room) != rule->may_include.end();
}

// "plan" of "harness/plan"; other rooms keep their names.
std::string short_name(std::string_view room) {
    constexpr std::string_view above = "harness/";
    return std::string(room.starts_with(above) ? room.substr(above.size()) : room);
}

// "base, net" of harness/process.
std::string others_of(const room_rule& rule) {
    if (rule.may_include_all_before) {
        return "all above";
    }
    std::string names;
    for (const std::string_view other : rule.may_include) {
        if (other != rule.room) {
            names += (names.empty() ? "" : ", ") + short_name(other);
        }
    }
    return names.empty() ? "-" : names;
}

}  // namespace

violations rooms_as_documented(const std::vector<source_file>& tree) {
    constexpr std::string_view readme = "harness/README.md";
    const auto page = std::ranges::find(tree, readme, &source_file::path);
    const std::string text = page == tree.end() ? "" : page->text;
    violations found;
    for (const room_rule& rule : room_rules()) {
        const std::string begin = "\n| `" + short_name(rule.room) + "` | ";
        const std::string end = " | " + others_of(rule) + " |";
        const std::size_t at = text.find(begin);
        const std::size_t line_end = text.find('\n', at + (at == std::string::npos ? 0 : 1));
        const bool is_there = at != std::string::npos && line_end != std::string::npos &&
                              std::string_view(text).substr(at, line_end - at).ends_with(end);
        if (!is_there) {
            found.push_back({std::string(readme),
                             at == std::string::npos ? 0 : line_at(text, at) + 1,
                             "the row of `" + short_name(rule.room) + "` ends with \"" + end +
                                 "\", which is what it may include"});
        }
    }
    return found;
}

violations include_direction(const source_file& file) {
    violations found;
    if (!file.is_cpp()) {
        return found;
    }
    for (const include_line& include : includes_of(file)) {
        if (!include.what.starts_with('"')) {
            continue;
        }
        const std::string path = include.what.substr(1, include.what.size() - 2);
        const std::string room = room_of(path);
        const bool from_root = std::ranges::any_of(
            room_rules(), [&](const room_rule& rule) { return rule.room == room; });
        if (!from_root) {
            found.push_back({file.path, include.line,
                             "include \"" + path + "\" by its full path from the root"});
        } else if (!may_include(file, room)) {
            found.push_back({file.path, include.line,
                             room_of(file.path) + " may not include " + room +
                                 ": includes point left, and judge and judged share no code"});
        }
    }
    return found;
}

violations pure_rooms(const std::vector<source_file>& tree) {
    std::map<std::string, const source_file*, std::less<>> by_path;
    for (const source_file& file : tree) {
        by_path.emplace(file.path, &file);
    }
    violations found;
    for (const source_file& file : tree) {
        const std::string room = room_of(file.path);
        const bool pure =
            room == "harness/checks" || room == "harness/report" || room == "harness/probe";
        if (!pure || !file.is_cpp() || file.is_test()) {
            continue;
        }
        std::set<std::string> seen = {file.path};
        std::vector<std::pair<const source_file*, std::string>> open = {{&file, file.path}};
        while (!open.empty()) {
            const auto [next, way] = open.back();
            open.pop_back();
            for (const include_line& include : includes_of(*next)) {
                const std::string path = include.what.substr(1, include.what.size() - 2);
                if (path.starts_with("boost/asio") || path.starts_with("sys/socket")) {
                    found.push_back(
                        {file.path, next == &file ? include.line : 0,
                         "checks, reports and probes see values only, and this one includes " +
                             include.what + " (by way of " + way + ")"});
                }
                const auto place = by_path.find(path);
                if (place != by_path.end() && seen.insert(path).second) {
                    open.emplace_back(place->second, way + " > " + path);
                }
            }
        }
    }
    return found;
}

}  // namespace stormdrain::tidy
