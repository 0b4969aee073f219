#pragma once
// Which shard a CI engine or a scheduler says that this run is. Pure but for what it looks up.

#include "harness/config/invocation.hpp"
#include "harness/plan/shard_choice.hpp"

#include <optional>
#include <string>

namespace stormdrain {

struct found_shard {
    shard_choice which;
    std::string source;       // who said so: "--shard", "GitLab (CI_NODE_INDEX)"
    std::string status_file;  // to be touched, for engines that ask whether they were heard
};

// What was asked for wins; else Bazel, GoogleTest, GitLab, CircleCI and Buildkite are recognised.
// Empty: all of the plan. Throws usage_error where an engine says that it divides the work and not
// into how many parts, or which of them this is: every machine would run everything.
std::optional<found_shard> find_shard(const shard_order& order,
                                      const environment_lookup& environment);

struct found_attempt {
    std::uint32_t number = 1;
    std::string source;     // empty: nobody said, it is the first
    bool is_given = false;  // by the user, who means that one
};

// How often the shard was begun, from 1.
found_attempt find_attempt(const shard_order& order, const environment_lookup& environment);

}  // namespace stormdrain
