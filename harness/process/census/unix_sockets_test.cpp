#include "harness/process/census/unix_sockets.hpp"

#include "harness/net/unix_endpoint.hpp"
#include "harness/process/census/socket_table.hpp"
#include "harness/process/owned_descriptor.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

namespace stormdrain {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class UnixSockets : public testing::Test {
protected:
    UnixSockets() {
        EXPECT_EQ(::bind(listener_.get(), generic(), sizeof(address_)), 0);
        EXPECT_EQ(::listen(listener_.get(), 8), 0);
    }

    const sockaddr* generic() {
        address_.sun_family = AF_UNIX;
        std::ranges::copy(path_, address_.sun_path);
        return reinterpret_cast<const sockaddr*>(&address_);
    }

    static int opened() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

    owned_descriptor connected() {
        owned_descriptor client(opened());
        EXPECT_EQ(::connect(client.get(), generic(), sizeof(address_)), 0);
        return client;
    }
    owned_descriptor accepted() {
        return owned_descriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }

    static std::uint64_t inode_of(const owned_descriptor& socket) {
        struct stat facts {};
        EXPECT_EQ(::fstat(socket.get(), &facts), 0);
        return facts.st_ino;
    }
    endpoint end_of(const owned_descriptor& client) const {
        return nameless_unix_end(inode_of(client));
    }
    endpoint server() const { return {path_, 0}; }

    temporary_folder folder_;
    const std::string path_ = folder_.file("server.sock");
    sockaddr_un address_{};
    owned_descriptor listener_{opened()};
};

TEST_F(UnixSockets, FindsWhoListensAtAPath) {
    const auto found = unix_sockets().listeners(path_);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found.front().inode, inode_of(listener_));
    EXPECT_EQ(found.front().local, server());
    EXPECT_THAT(unix_sockets().listeners(path_ + "2"), IsEmpty());
    listener_ = owned_descriptor();
    EXPECT_THAT(unix_sockets().listeners(path_), IsEmpty()) << "the file is still there";
}

TEST_F(UnixSockets, FollowsTheServersEndOfAConnection) {
    const owned_descriptor client = connected();
    const endpoint ours = end_of(client);
    auto seen = unix_sockets().find(server(), ours);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->state, tcp_state::established);
    EXPECT_EQ(seen->inode, 0U) << "not accepted yet";

    owned_descriptor end = accepted();
    ASSERT_EQ(::send(client.get(), "hello", 5, MSG_NOSIGNAL), 5);
    seen = unix_sockets().find(server(), ours);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->inode, inode_of(end));
    EXPECT_EQ(seen->receive_queue_bytes, 5U);
    EXPECT_EQ(seen->send_queue_bytes, 0U);

    ASSERT_EQ(::send(end.get(), "hello", 5, MSG_NOSIGNAL), 5);
    EXPECT_GT(unix_sockets().find(server(), ours)->send_queue_bytes, 0U) << "nobody has read it";

    ASSERT_EQ(::shutdown(client.get(), SHUT_WR), 0);
    EXPECT_EQ(unix_sockets().find(server(), ours)->state, tcp_state::close_wait);

    end = owned_descriptor();
    EXPECT_FALSE(unix_sockets().find(server(), ours));
}

TEST_F(UnixSockets, SeesAnEndThatComesBeforeTheAccept) {
    const owned_descriptor client = connected();
    ASSERT_EQ(::shutdown(client.get(), SHUT_WR), 0);
    const auto seen = unix_sockets().find(server(), end_of(client));
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->state, tcp_state::close_wait);
    EXPECT_EQ(seen->inode, 0U);
}

TEST_F(UnixSockets, ShowsOurEndAsOneThatKeepsNothingBack) {
    const owned_descriptor client = connected();
    const owned_descriptor end = accepted();
    ASSERT_EQ(::send(client.get(), "hello", 5, MSG_NOSIGNAL), 5);
    const auto ours = unix_sockets().find(end_of(client), server());
    ASSERT_TRUE(ours);
    EXPECT_EQ(ours->send_queue_bytes, 0U);
    EXPECT_FALSE(unix_sockets().find(nameless_unix_end(1), server()));
    EXPECT_FALSE(unix_sockets().find(server(), {"127.0.0.1", 80}));
}

TEST_F(UnixSockets, ListsWhatTheServerHasAccepted) {
    const owned_descriptor client = connected();
    EXPECT_THAT(unix_sockets().at(path_), SizeIs(1)) << "the listener alone";
    const owned_descriptor end = accepted();
    const auto all = unix_sockets().at(path_);
    ASSERT_THAT(all, SizeIs(2));
    const auto connection = std::ranges::find(all, inode_of(end), &tcp_socket_facts::inode);
    ASSERT_NE(connection, all.end());
    EXPECT_EQ(connection->remote, end_of(client));
    EXPECT_EQ(connection->state, tcp_state::established);
}

TEST_F(UnixSockets, AreAskedForInTheTableOfAllSockets) {
    const owned_descriptor client = connected();
    const owned_descriptor end = accepted();
    EXPECT_THAT(socket_table().listeners_at(server()), SizeIs(1));
    EXPECT_THAT(socket_table().sockets_at(server()), SizeIs(2));
    EXPECT_EQ(socket_table().find(server(), end_of(client))->inode, inode_of(end));
}

}  // namespace
}  // namespace stormdrain
