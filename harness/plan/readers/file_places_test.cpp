#include "harness/plan/readers/file_places.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace stormdrain {
namespace {

TEST(FilePlaces, AreRelativeToTheFileThatNamesThem) {
    EXPECT_EQ(folder_of("servers/nginx/target.json"), "servers/nginx");
    EXPECT_EQ(folder_of("target.json"), "");
    EXPECT_EQ(beside("suites", "../servers/a.json"), "servers/a.json");
    EXPECT_EQ(beside("", "a.json"), "a.json");
    EXPECT_EQ(beside("suites", "/etc/a.json"), "/etc/a.json");
    EXPECT_EQ(absolute_beside("", "./server"),
              (std::filesystem::current_path() / "server").string());
    EXPECT_EQ(absolute_beside("/a/b", "../server"), "/a/server");
}

TEST(FilePlaces, TellWhatStaysInside) {
    for (const char* good : {"nginx.conf", "conf/nginx.conf", "a/../b", "..b"}) {
        EXPECT_TRUE(stays_inside(good)) << good;
    }
    for (const char* bad : {"", ".", "..", "../a", "a/../../b", "/a", "a/", "a/.."}) {
        EXPECT_FALSE(stays_inside(bad)) << bad;
    }
}

}  // namespace
}  // namespace stormdrain
