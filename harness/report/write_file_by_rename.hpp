#pragma once
// A reader never sees half a report: the file is written under another name and renamed.

#include <functional>
#include <ostream>
#include <string>

namespace stormdrain {

// Writes the file anew with what `write` sends to the stream. Throws environment_error, and then
// leaves the old file as it was.
void write_file_by_rename(const std::string& path, const std::function<void(std::ostream&)>& write);

}  // namespace stormdrain
