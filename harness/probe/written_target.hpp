#pragma once
// The target file that a probe writes: the author's own, with what was measured in its stop modes,
// each line with its evidence, and a key that says that nobody has confirmed it yet.

#include "harness/probe/measured.hpp"

#include <map>
#include <string>
#include <string_view>

namespace stormdrain {

// "measured by stormdrain probe on 2026-11-22 with 0.1.0: read it, then remove this line"
std::string confirm_text(std::string_view date, std::string_view version);

// `text` is a target file that the reader has accepted. Modes that it does not have are added; keys
// that were not measured stay as they are.
std::string write_target(std::string_view text,
                         const std::map<std::string, measured_stop, std::less<>>& stops,
                         const measured_running& running, std::string_view confirm);

}  // namespace stormdrain
