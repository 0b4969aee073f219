#pragma once
// One address of a running process as lines for people: the function, where in its source, and the
// functions that the compiler put into it, which are often the only ones of interest.

#include <cstdint>
#include <string>
#include <vector>

struct Dwfl;  // elfutils/libdwfl.h

namespace stormdrain {

// Innermost first; never empty. Of the program itself functions have their source line; of its
// libraries they have the library's name, for their debug information takes 0.1 s and more to read.
// `program`: the path of the process's executable.
std::vector<std::string> frames_at(Dwfl* session, std::uint64_t address,
                                   const std::string& program);

}  // namespace stormdrain
