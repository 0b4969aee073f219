#include "harness/report/write_file_by_rename.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace stormdrain {
namespace {

TEST(WriteFileByRename, KeepsTheOldFileWhenItFails) {
    const temporary_folder folder;
    const std::string path = folder.file("report");
    write_file_by_rename(path, [](std::ostream& out) { out << "old"; });
    EXPECT_THROW(write_file_by_rename(path,
                                      [](std::ostream& out) {
                                          out << "new";
                                          out.setstate(std::ios::badbit);
                                      }),
                 environment_error);
    std::ostringstream kept;
    kept << std::ifstream(path).rdbuf();
    EXPECT_EQ(kept.str(), "old");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
    EXPECT_THROW(write_file_by_rename(folder.path() + "/none/report", [](std::ostream&) {}),
                 environment_error);
}

}  // namespace
}  // namespace stormdrain
