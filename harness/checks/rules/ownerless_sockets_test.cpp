#include "harness/checks/rules/ownerless_sockets.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::file_descriptor;
using testing_records::server_socket;

TEST(OwnerlessSockets, AreNoLeaks) {
    EXPECT_TRUE(is_owned_socket(server_socket(7, 40'000, tcp_state::close_wait)));
    EXPECT_TRUE(is_owned_socket(server_socket(7, 40'000, tcp_state::fin_wait_2))) << "shut, kept";
    descriptor orphan = server_socket(7, 40'000, tcp_state::fin_wait_1);
    orphan.tcp->inode = 0;
    EXPECT_FALSE(is_owned_socket(orphan));
    descriptor nobodys = server_socket(-1, 40'000, tcp_state::time_wait);
    EXPECT_FALSE(is_owned_socket(nobodys));
}

TEST(OwnerlessSockets, AreNotThoseThatWereReset) {
    EXPECT_TRUE(is_owned_socket(file_descriptor(7, descriptor_kind::tcp_socket, 4711)));
    EXPECT_FALSE(is_owned_socket(file_descriptor(7, descriptor_kind::eventfd, 4711)));
}

}  // namespace
}  // namespace stormdrain::rules
