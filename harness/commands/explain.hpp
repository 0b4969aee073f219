#pragma once
// `stormdrain explain`: what the words mean that suites, targets and reports are made of. The
// sentences stand beside the things themselves; here they are only found.

#include "harness/commands/explain/explanation.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// A kind of things that have names.
struct topic_group {
    std::string_view name;    // of one of them: "fault"
    std::string_view plural;  // "faults"
    std::vector<std::string> (*names)();
    explanation (*explain)(std::string_view name);  // of one of the names
};

std::span<const topic_group> topic_groups();

// Every thing of that name: some faults are called as the condition that they hold. Throws
// usage_error when there is none.
std::vector<explanation> explanations_of(std::string_view name);

// All names with their sentences, by group; a group alone when it is named.
std::string list_of_topics(std::span<const topic_group> groups);

}  // namespace stormdrain
