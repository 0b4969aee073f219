#include "harness/process/short_folder.hpp"

#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace stormdrain {
namespace {

namespace fs = std::filesystem;

TEST(ShortFolder, IsTheSameFolderUntilItGoes) {
    const temporary_folder scratch;
    const fs::path deep = fs::path(scratch.path()) / std::string(100, 'a');
    fs::create_directories(deep);
    std::string link;
    {
        const short_folder named(deep.string());
        link = named.path();
        EXPECT_FALSE(fits_socket_address((deep / "app.sock").string()));
        EXPECT_TRUE(fits_socket_address(link + "/app.sock"));
        std::ofstream(link + "/file") << "here";
        EXPECT_TRUE(fs::exists(deep / "file"));
    }
    EXPECT_FALSE(fs::exists(fs::symlink_status(link)));
    EXPECT_TRUE(fs::exists(deep / "file"));
}

TEST(ShortFolder, HasANameOfItsOwn) {
    const temporary_folder scratch;
    const short_folder one(scratch.path());
    const short_folder other(scratch.path());
    EXPECT_NE(one.path(), other.path());
}

TEST(SocketAddress, HasRoomFor107Bytes) {
    EXPECT_TRUE(fits_socket_address(std::string(107, 'a')));
    EXPECT_FALSE(fits_socket_address(std::string(108, 'a')));
}

}  // namespace
}  // namespace stormdrain
