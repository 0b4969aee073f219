#pragma once
// The version of this build, from the project() line of CMakeLists.txt.

#include <string_view>

namespace stormdrain {

inline constexpr std::string_view stormdrain_version = STORMDRAIN_VERSION;

}  // namespace stormdrain
