#pragma once
// How many descriptors this process may have: RLIMIT_NOFILE.

#include <cstdint>

namespace stormdrain {

// The limit that holds now.
std::uint64_t open_files_max();

// Raises it as far as it may be: every client takes a descriptor, and the usual 1024 are fewer than
// a burst. Programs that were started before keep theirs.
void raise_open_files_max();

}  // namespace stormdrain
