#pragma once
// Of which cycles a run keeps the folders: reports lead there.

#include <cstdint>

namespace stormdrain {

// Of red cycles, of each scenario: a bug that strikes in every cycle of a night must not fill the
// disk.
inline constexpr std::uint32_t kept_folders_max = 20;

}  // namespace stormdrain
