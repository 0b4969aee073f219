#include "harness/net/socket_address.hpp"

#include "harness/net/unix_endpoint.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>

#include <string>

namespace stormdrain {
namespace {

TEST(SocketAddress, IsOfEveryFamilyThatServersListenOn) {
    for (const endpoint& place :
         {endpoint{"127.0.0.1", 80}, endpoint{"::1", 8080}, endpoint{"/run/app/server.sock", 0}}) {
        const auto address = address_of(place);
        ASSERT_TRUE(address) << to_text(place);
        EXPECT_EQ(place_of(*address), place);
        EXPECT_EQ(is_unix(*address), is_unix(place));
    }
    EXPECT_TRUE(is_ipv6(*address_of({"::1", 80})));
    EXPECT_FALSE(is_ipv6(*address_of({"127.0.0.1", 80})));
}

TEST(SocketAddress, IsNotMadeOfANameOrOfAPathThatIsTooLong) {
    EXPECT_EQ(address_of({"localhost", 80}).error(), boost::asio::error::invalid_argument);
    const std::string longest = "/" + std::string(106, 'x');
    EXPECT_TRUE(address_of({longest, 0}));
    EXPECT_EQ(address_of({longest + "x", 0}).error(), boost::system::errc::filename_too_long);
}

}  // namespace
}  // namespace stormdrain
