#pragma once
// Files in memory that carry any length between processes, where a message is bounded by its
// socket's send buffer: memfd_create(2).

#include "harness/process/owned_descriptor.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace stormdrain {

// Closed when the kernel refuses; errno says why. `name` is for those who look into /proc.
owned_descriptor make_memory_file(const char* name, const std::string& bytes);
// Nothing when it is longer, or cannot be read.
std::optional<std::string> read_memory_file(int file, std::size_t bytes_max);

}  // namespace stormdrain
