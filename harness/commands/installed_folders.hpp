#pragma once
// Where the program finds what belongs to it: its own servers and suites. Once installed, what
// stands under its prefix is all it looks at; a program of the build tree takes the source tree's.

#include <string>

namespace stormdrain {

// ${bin} of target files, the folder of stormdrain's own servers: libexec/stormdrain once
// installed, else beside the program. `program_folder` is that of the executable.
std::string own_servers_folder(const std::string& program_folder);

// share/stormdrain/suites of the prefix in which `servers_folder` lies; without such a one the
// suites of the source tree.
std::string own_suites_folder(const std::string& servers_folder);

}  // namespace stormdrain
