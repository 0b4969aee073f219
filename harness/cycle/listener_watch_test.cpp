#include "harness/cycle/listener_watch.hpp"

#include "harness/base/task_group.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <sys/socket.h>

#include <cerrno>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::SizeIs;

class ListenerWatch : public io_fixture {
protected:
    static constexpr int backlog = 2;
    static constexpr std::uint32_t full_queue = backlog + 1;

    // Two may share one port.
    tcp::acceptor listen(std::uint16_t port = 0) {
        tcp::acceptor acceptor(executor());
        acceptor.open(tcp::v4());
        const int on = 1;
        EXPECT_EQ(::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)),
                  0);
        acceptor.bind(tcp::endpoint(asio::ip::address_v4::loopback(), port));
        acceptor.listen(backlog);
        return acceptor;
    }

    // Begins that many connects, and waits for none: a dropped SYN is tried again in a second.
    void connect(const tcp::acceptor& acceptor, int count) {
        const tcp::endpoint place = acceptor.local_endpoint();
        for (int number = 0; number < count; ++number) {
            tcp::socket& client = clients_.emplace_back(executor());
            client.open(tcp::v4());
            client.native_non_blocking(true);
            EXPECT_EQ(::connect(client.native_handle(), place.data(),
                                static_cast<socklen_t>(place.size())),
                      -1);
            EXPECT_EQ(errno, EINPROGRESS);
        }
    }

    socket_table sockets_;
    std::vector<tcp::socket> clients_;
};

TEST_F(ListenerWatch, TellsTheBacklogOfAPortAndWhatItsQueueDropped) {
    const tcp::acceptor acceptor = listen();
    connect(acceptor, 5);  // before it counts
    listener_watch watch(executor(), sockets_, {{"http", acceptor.local_endpoint().port()}});
    const std::vector<listener_record> before = watch.look();
    ASSERT_THAT(before, SizeIs(1));
    EXPECT_EQ(before[0].name, "http");
    EXPECT_EQ(before[0].number, acceptor.local_endpoint().port());
    EXPECT_EQ(before[0].sockets_count, 1U);
    EXPECT_EQ(before[0].backlog, static_cast<std::uint32_t>(backlog));
    EXPECT_GE(before[0].backlog_max, before[0].backlog);
    EXPECT_EQ(before[0].dropped_count, 0U);
    EXPECT_EQ(before[0].queue_length_max, full_queue);

    connect(acceptor, 4);
    EXPECT_GE(watch.look().at(0).dropped_count, 4U);
}

TEST_F(ListenerWatch, TakesTheListenersOfOnePortTogether) {
    const tcp::acceptor first = listen();
    const tcp::acceptor second = listen(first.local_endpoint().port());
    listener_watch watch(executor(), sockets_, {{"http", first.local_endpoint().port()}});
    connect(first, 12);  // the kernel chooses by a hash which of the two takes each
    const listener_record seen = watch.look().at(0);
    EXPECT_EQ(seen.sockets_count, 2U);
    EXPECT_GE(seen.dropped_count, 12U - 2 * full_queue);
}

TEST_F(ListenerWatch, KeepsWhatItSawOfAListenerThatIsGone) {
    tcp::acceptor acceptor = listen();
    listener_watch watch(executor(), sockets_, {{"http", acceptor.local_endpoint().port()}});
    connect(acceptor, 5);
    const std::uint64_t dropped_count = watch.look().at(0).dropped_count;
    acceptor.close();
    const listener_record gone = watch.look().at(0);
    EXPECT_EQ(gone.sockets_count, 0U);
    EXPECT_EQ(gone.backlog, static_cast<std::uint32_t>(backlog));
    EXPECT_EQ(gone.dropped_count, dropped_count);
}

TEST_F(ListenerWatch, RemembersHowLongAQueueWas) {
    tcp::acceptor acceptor = listen();
    listener_watch watch(executor(), sockets_, {{"http", acceptor.local_endpoint().port()}});
    run([&]() -> asio::awaitable<void> {
        task_group watching(executor());
        connect(acceptor, 1);
        watching.spawn(watch.run());
        co_await asio::post(executor(), asio::use_awaitable);  // behind its first look
        acceptor.accept();
        watch.stop();
        co_await watching.join();
    });
    EXPECT_EQ(watch.look().at(0).queue_length_max, 1U);
}

}  // namespace
}  // namespace stormdrain
