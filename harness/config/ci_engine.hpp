#pragma once
// The CI engines whose logs have commands: which of them runs this, by its own variables.

#include <functional>
#include <optional>
#include <string_view>

namespace stormdrain {

enum class ci_engine { none, github, gitlab, buildkite, azure };

// "GitHub"
std::string_view to_text(ci_engine engine);

// By the words of --annotations; empty: "auto", or no such word.
std::optional<ci_engine> engine_named(std::string_view word);

// `lookup` is ::getenv outside of tests.
ci_engine detect_engine(const std::function<const char*(const char* name)>& lookup);

}  // namespace stormdrain
