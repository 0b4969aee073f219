#include "ci/benchmarks/loopback.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

namespace stormdrain::benchmarks {
namespace {

TEST(Loopback, ConnectsWhereSomebodyListens) {
    const std::uint16_t port = free_port();
    EXPECT_FALSE(tcp_socket().connects(port)) << "nobody has it";
    const tcp_socket listener;
    const sockaddr_in address = loopback(port);
    ASSERT_EQ(
        ::bind(listener.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
        0);
    ASSERT_EQ(::listen(listener.descriptor(), 1), 0);
    EXPECT_TRUE(tcp_socket().connects(port));
}

}  // namespace
}  // namespace stormdrain::benchmarks
