#include "harness/net/unix_endpoint.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(Endpoint, IsWrittenAsPeopleWriteIt) {
    EXPECT_EQ(to_text(endpoint{"127.0.0.1", 80}), "127.0.0.1:80");
    EXPECT_EQ(to_text(endpoint{"::1", 80}), "[::1]:80");
    EXPECT_EQ(to_text(endpoint{"/run/app.sock", 0}), "/run/app.sock");
    EXPECT_EQ(to_text(nameless_unix_end(4711)), "socket:[4711]");
    EXPECT_TRUE(is_unix(nameless_unix_end(4711)));
    EXPECT_EQ(port_or_path(endpoint{"::1", 80}), "80");
    EXPECT_EQ(port_or_path(endpoint{"/run/app.sock", 0}), "/run/app.sock");
    EXPECT_FALSE(is_unix(endpoint{"::1", 80}));
}

}  // namespace
}  // namespace stormdrain
