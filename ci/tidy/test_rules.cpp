// Which source has which test.

#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace stormdrain::tidy {
namespace {

bool needs_test(const source_file& file) {
    constexpr std::array<std::string_view, 9> rooms = {
        "harness/config/", "harness/net/",    "harness/process/", "harness/load/", "harness/plan/",
        "harness/cycle/",  "harness/checks/", "harness/report/",  "faults/",
    };
    return std::ranges::any_of(
               rooms, [&](std::string_view room) { return file.path.starts_with(room); }) &&
           file.path.ends_with(".cpp") &&
           !std::ranges::any_of(
               std::array<std::string_view, 3>{"_test.cpp", "_fuzz.cpp", "_benchmark.cpp"},
               [&](std::string_view end) { return file.path.ends_with(end); });
}

}  // namespace

const std::vector<shared_test>& shared_tests() {
    static const std::vector<shared_test> table = {};
    return table;
}

violations missing_tests(const std::vector<source_file>& tree,
                         const std::vector<shared_test>& shared) {
    std::set<std::string> paths;
    for (const source_file& file : tree) {
        paths.insert(file.path);
    }
    const auto test_beside = [](const std::string& source) {
        return source.substr(0, source.size() - 4) + "_test.cpp";
    };
    violations found;
    for (const source_file& file : tree) {
        const bool shares =
            std::ranges::find(shared, file.path, &shared_test::source) != shared.end();
        if (needs_test(file) && !shares && !paths.contains(test_beside(file.path))) {
            found.push_back({file.path, 0, "has no _test.cpp beside it"});
        }
    }
    for (const auto& [source, test] : shared) {
        if (!paths.contains(source)) {
            found.push_back({source, 0, "is gone: take it out of shared_tests()"});
        } else if (paths.contains(test_beside(source))) {
            found.push_back({source, 0, "has a test of its own: take it out of shared_tests()"});
        } else if (!paths.contains(test)) {
            found.push_back({source, 0, "is tested by " + test + ", which is not there"});
        }
    }
    return found;
}

}  // namespace stormdrain::tidy
