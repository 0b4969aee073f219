#include "harness/commands/installed_folders.hpp"

#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace stormdrain {
namespace {

TEST(InstalledFolders, AreThoseOfThePrefix) {
    const temporary_folder prefix;
    for (const char* const folder : {"bin", "libexec/stormdrain", "share/stormdrain/suites"}) {
        std::filesystem::create_directories(prefix.path() + "/" + folder);
    }
    const std::string servers = own_servers_folder(prefix.path() + "/bin");
    EXPECT_EQ(servers, prefix.path() + "/libexec/stormdrain");
    EXPECT_EQ(own_suites_folder(servers), prefix.path() + "/share/stormdrain/suites");
}

TEST(InstalledFolders, OfABuildTreeAreTheProgramsOwnAndTheSources) {
    const temporary_folder build;
    const std::string program_folder = build.path() + "/build/dev/bin";
    std::filesystem::create_directories(program_folder);
    EXPECT_EQ(own_servers_folder(program_folder), program_folder);
    const std::filesystem::path suites = own_suites_folder(program_folder);
    EXPECT_TRUE(std::filesystem::is_regular_file(suites / "smoke.json")) << suites;
}

}  // namespace
}  // namespace stormdrain
