#include "harness/commands/stored/ci_annotations.hpp"

#include "harness/commands/running/run_share.hpp"
#include "harness/report/annotations.hpp"

#include <filesystem>

namespace stormdrain {
namespace {

// The folder of the repository, by the engine's own variable; the others show no files.
std::string workspace_of(ci_engine engine) {
    const char* name = nullptr;
    switch (engine) {
        case ci_engine::github:
            name = "GITHUB_WORKSPACE";
            break;
        case ci_engine::azure:
            name = "BUILD_SOURCESDIRECTORY";
            break;
        case ci_engine::gitlab:
        case ci_engine::buildkite:
        case ci_engine::none:
            return {};
    }
    const char* const value = own_environment()(name);
    return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

void annotate(const program& self, const run_results& results, const report_files& reports) {
    if (self.commands == nullptr) {
        return;
    }
    std::error_code gone;  // then paths stay as they were given
    write_annotations(
        *self.commands, results, self.engine,
        {workspace_of(self.engine), std::filesystem::current_path(gone).string(), reports.summary});
}

}  // namespace stormdrain
