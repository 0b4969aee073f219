#include "harness/report/write_file_by_rename.hpp"

#include "harness/base/environment_error.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace stormdrain {

void write_file_by_rename(const std::string& path,
                          const std::function<void(std::ostream&)>& write) {
    // In the same folder, because rename(2) does not cross file systems.
    const std::string part = path + ".part-" + std::to_string(::getpid());
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    write(file);
    file.close();
    std::error_code error;
    if (!file) {
        std::filesystem::remove(part, error);  // best effort: the write already failed
        throw environment_error("cannot write " + part);
    }
    std::filesystem::rename(part, path, error);
    if (error) {
        const std::string why = error.message();
        std::filesystem::remove(part, error);  // best effort: the rename already failed
        throw environment_error("cannot rename " + part + " to " + path + ": " + why);
    }
}

}  // namespace stormdrain
