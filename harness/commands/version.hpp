#pragma once
// The version of this build and its day, from the head of CMakeLists.txt.

#include <string_view>

namespace stormdrain {

inline constexpr std::string_view stormdrain_version = STORMDRAIN_VERSION;
inline constexpr std::string_view stormdrain_date = STORMDRAIN_DATE;

}  // namespace stormdrain
