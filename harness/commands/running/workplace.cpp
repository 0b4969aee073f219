#include "harness/commands/running/workplace.hpp"

#include "harness/process/machine/open_files.hpp"

#include <filesystem>
#include <utility>

namespace stormdrain {
namespace {

certificate_files certificate_in(const std::string& folder) {
    std::filesystem::create_directories(folder);
    return make_certificate(folder);
}

}  // namespace

workplace::workplace(std::string bin_folder, const std::string& certificate_folder)
    : environment_{launcher_, ports_, std::move(bin_folder), certificate_in(certificate_folder)} {
    raise_open_files_max();  // ours alone: the guard, and so every server, keeps what it was given
}

}  // namespace stormdrain
