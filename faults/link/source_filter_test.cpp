#include "faults/link/source_filter.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

bool matches(std::string_view filter, const char* client) {
    const std::optional<source_filter> read = source_filter::read(filter);
    EXPECT_TRUE(read) << filter;
    return read && read->matches(boost::asio::ip::make_address(client));
}

TEST(SourceFilter, MatchesOneAddress) {
    EXPECT_TRUE(matches("127.0.0.2", "127.0.0.2"));
    EXPECT_FALSE(matches("127.0.0.2", "127.0.0.3"));
    EXPECT_TRUE(matches("::1", "::1"));
    EXPECT_FALSE(matches("::1", "127.0.0.1"));
}

TEST(SourceFilter, MatchesANetworkToTheBit) {
    EXPECT_TRUE(matches("10.0.0.0/8", "10.255.1.2"));
    EXPECT_FALSE(matches("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(matches("192.168.4.0/22", "192.168.7.255"));
    EXPECT_FALSE(matches("192.168.4.0/22", "192.168.8.0"));
    EXPECT_TRUE(matches("0.0.0.0/0", "1.2.3.4"));
    EXPECT_TRUE(matches("fd00::/8", "fdff::1"));
    EXPECT_FALSE(matches("fd00::/8", "fe00::1"));
}

TEST(SourceFilter, SeesThroughAMappedAddress) {
    EXPECT_TRUE(matches("10.0.0.0/8", "::ffff:10.1.2.3"));
}

TEST(SourceFilter, TakesNothingElse) {
    for (const char* const text :
         {"", "db", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "::1/129"}) {
        EXPECT_FALSE(source_filter::read(text)) << text;
    }
}

}  // namespace
}  // namespace stormdrain
