// What the command line says about the origin.

#include "servers/reference/proxy/origin_options.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <string>

namespace reference::proxy {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

origin_options parsed(const std::vector<std::string_view>& arguments) {
    origin_options options;
    parse_options(arguments, rows_of(options));
    return options;
}

std::function<void()> parsing(const std::vector<std::string_view>& arguments) {
    return [arguments] { parsed(arguments); };
}

TEST(OriginOptions, AreReadBesideTheServers) {
    const origin_options options =
        parsed({"--origin=https://[::1]:8443", "--http", "127.0.0.1:0", "--match", "sni",
                "--origin-timeout", "250ms", "--pool-max", "7"});
    EXPECT_EQ(options.speaks, protocol::https);
    EXPECT_EQ(options.endpoint->port(), 8443);
    EXPECT_TRUE(options.endpoint->address().is_v6());
    EXPECT_EQ(options.match, match_rule::sni);
    EXPECT_EQ(options.answer_timeout, std::chrono::milliseconds(250));
    EXPECT_EQ(options.pool_max, 7U);
}

TEST(OriginOptions, SayWhatIsWrong) {
    EXPECT_THAT(parsing({"--origin", "127.0.0.1:80"}),
                ThrowsMessage<usage_error>(HasSubstr("expected http://ADDRESS:PORT")));
    EXPECT_THAT(parsing({"--origin", "http://a.test:80"}),
                ThrowsMessage<usage_error>(HasSubstr("expected ADDRESS:PORT, got \"a.test:80\"")));
    EXPECT_THAT(parsing({"--match", "ip"}),
                ThrowsMessage<usage_error>(HasSubstr("expected host, sni or both, got \"ip\"")));
    EXPECT_THAT(parsing({"--pool-idle-timeout", "4"}),
                ThrowsMessage<usage_error>(HasSubstr("expected a number with one of the units")));
}

}  // namespace
}  // namespace reference::proxy
