#pragma once
// Reads how the program of a target is launched: its words, environment, folder and files, which
// may name variables such as ${port.http}.

#include "harness/config/object_reader.hpp"
#include "harness/plan/target.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// Of a file that is rendered for each cycle.
inline constexpr std::uint64_t template_bytes_max = 1024 * 1024;

// Key "launch" of the target's root. `folder` is that of the target file: paths are relative to it.
// Of the variables only the names count; the runner knows the values.
void read_launch(object_reader& root, const std::string& folder, const variables& known,
                 target& result);

// A program and its arguments.
std::vector<std::string> read_argv(object_reader& from, std::string_view key,
                                   const std::string& folder, const variables& known);

}  // namespace stormdrain
