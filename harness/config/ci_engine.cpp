#include "harness/config/ci_engine.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

struct engine_row {
    ci_engine engine;
    std::string_view word;
    std::string_view name;
    const char* variable;  // null: none says so
    std::string_view value;
};

// Each engine's list of predefined variables; Azure writes "True".
constexpr std::array<engine_row, 5> engines{{
    {ci_engine::github, "github", "GitHub", "GITHUB_ACTIONS", "true"},
    {ci_engine::gitlab, "gitlab", "GitLab", "GITLAB_CI", "true"},
    {ci_engine::buildkite, "buildkite", "Buildkite", "BUILDKITE", "true"},
    {ci_engine::azure, "azure", "Azure", "TF_BUILD", "True"},
    {ci_engine::none, "none", "none", nullptr, ""},
}};

}  // namespace

std::string_view to_text(ci_engine engine) {
    return std::ranges::find(engines, engine, &engine_row::engine)->name;
}

std::optional<ci_engine> engine_named(std::string_view word) {
    const auto found = std::ranges::find(engines, word, &engine_row::word);
    return found == engines.end() ? std::nullopt : std::optional(found->engine);
}

ci_engine detect_engine(const std::function<const char*(const char* name)>& lookup) {
    for (const engine_row& one : engines) {
        const char* const value = one.variable == nullptr ? nullptr : lookup(one.variable);
        if (value != nullptr && value == one.value) {
            return one.engine;
        }
    }
    return ci_engine::none;
}

}  // namespace stormdrain
