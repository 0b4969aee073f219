#include "harness/process/census/census.hpp"

#include "harness/process/census/census_reader.hpp"
#include "harness/process/exits/exit_status.hpp"
#include "harness/process/owned_descriptor.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::SizeIs;

class Census : public io_fixture {
protected:
    process_facts own() {
        const std::array pids{::getpid()};
        census taken = take_census(pids, sockets_, since_start(5));
        EXPECT_EQ(taken.taken_at, since_start(5));
        EXPECT_THAT(taken.processes, SizeIs(1));
        return taken.processes.at(0);
    }
    descriptor find(int number) {
        for (const descriptor& held : own().descriptors) {
            if (held.number == number) {
                return held;
            }
        }
        ADD_FAILURE() << "fd " << number << " is not in the census";
        return {};
    }
    descriptor_kind kind_of(const owned_descriptor& held) { return find(held.get()).kind; }

    tcp::acceptor listen(const std::string& address = "127.0.0.1") {
        return tcp::acceptor(executor(), tcp::endpoint(asio::ip::make_address(address), 0));
    }

    socket_table sockets_;
};

TEST_F(Census, NamesEveryKindOfDescriptor) {
    const temporary_folder folder;
    const auto open_file = [](const std::string& path, int mode) {
        return owned_descriptor(::open(path.c_str(), mode | O_CLOEXEC, 0600));
    };
    // A living file may be called so that it looks deleted.
    const auto kept = open_file(folder.file("kept (deleted)"), O_CREAT | O_RDWR);
    const auto deleted = open_file(folder.file("deleted"), O_CREAT | O_RDWR);
    std::filesystem::remove(folder.file("deleted"));
    EXPECT_EQ(kind_of(kept), descriptor_kind::file);
    EXPECT_EQ(kind_of(deleted), descriptor_kind::deleted_file);
    EXPECT_EQ(kind_of(open_file(folder.path(), O_DIRECTORY)), descriptor_kind::directory);
    EXPECT_EQ(kind_of(open_file("/dev/null", O_RDWR)), descriptor_kind::device);
    EXPECT_EQ(kind_of(owned_descriptor(::epoll_create1(0))), descriptor_kind::epoll);
    EXPECT_EQ(kind_of(owned_descriptor(::eventfd(0, 0))), descriptor_kind::eventfd);
    EXPECT_EQ(kind_of(owned_descriptor(::timerfd_create(CLOCK_MONOTONIC, 0))),
              descriptor_kind::timerfd);
    sigset_t none;
    ::sigemptyset(&none);
    EXPECT_EQ(kind_of(owned_descriptor(::signalfd(-1, &none, 0))), descriptor_kind::signalfd);
    EXPECT_EQ(kind_of(owned_descriptor(::inotify_init())), descriptor_kind::inotify);
    EXPECT_EQ(kind_of(owned_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)))),
              descriptor_kind::pidfd);
    EXPECT_EQ(kind_of(owned_descriptor(::memfd_create("memory", 0))), descriptor_kind::other);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const owned_descriptor pipe_out(ends[0]);
    const owned_descriptor pipe_in(ends[1]);
    EXPECT_EQ(kind_of(pipe_out), descriptor_kind::pipe);
    EXPECT_EQ(find(ends[0]).inode, find(ends[1]).inode);
}

TEST_F(Census, TellsSocketFamiliesApart) {
    const auto open_socket = [](int family, int type, int protocol = 0) {
        return owned_descriptor(::socket(family, type, protocol));
    };
    EXPECT_EQ(kind_of(open_socket(AF_INET, SOCK_DGRAM)), descriptor_kind::udp_socket);
    EXPECT_EQ(kind_of(open_socket(AF_INET6, SOCK_DGRAM)), descriptor_kind::udp_socket);
    EXPECT_EQ(kind_of(open_socket(AF_UNIX, SOCK_STREAM)), descriptor_kind::unix_socket);
    EXPECT_EQ(kind_of(open_socket(AF_UNIX, SOCK_SEQPACKET)), descriptor_kind::unix_socket);
    EXPECT_EQ(kind_of(open_socket(AF_NETLINK, SOCK_RAW)), descriptor_kind::other_socket);
    const auto unconnected = open_socket(AF_INET6, SOCK_STREAM);
    const descriptor held = find(unconnected.get());
    EXPECT_EQ(held.kind, descriptor_kind::tcp_socket);
    EXPECT_FALSE(held.tcp.has_value());
}

TEST_F(Census, ShowsWhatBecameOfEachConnection) {
    tcp::acceptor acceptor = listen();
    const tcp::endpoint place = acceptor.local_endpoint();
    const auto connect = [&] {
        tcp::socket client(executor());
        client.connect(place);
        return client;
    };
    tcp::socket alive = connect();
    const tcp::socket alive_served = acceptor.accept();
    tcp::socket half_closed = connect();
    tcp::socket half_closed_served = acceptor.accept();
    half_closed.shutdown(tcp::socket::shutdown_send);
    tcp::socket reset = connect();
    const tcp::socket reset_served = acceptor.accept();
    const std::string unread = "12345";
    alive.send(asio::buffer(unread));
    reset.set_option(asio::socket_base::linger(true, 0));
    reset.close();
    tcp::socket waiting = connect();  // nobody accepts it

    const auto number = [](const auto& opened) {
        return const_cast<std::remove_const_t<std::remove_reference_t<decltype(opened)>>&>(opened)
            .native_handle();
    };
    const descriptor listener = find(number(acceptor));
    ASSERT_TRUE(listener.tcp.has_value());
    EXPECT_EQ(listener.kind, descriptor_kind::tcp_listener);
    EXPECT_EQ(listener.tcp->receive_queue_bytes, 1U);
    EXPECT_EQ(listener.tcp->local, (endpoint{"127.0.0.1", place.port()}));

    const descriptor established = find(number(alive_served));
    ASSERT_TRUE(established.tcp.has_value());
    EXPECT_EQ(established.tcp->state, tcp_state::established);
    EXPECT_EQ(established.tcp->receive_queue_bytes, unread.size());
    EXPECT_EQ(established.tcp->remote.port, alive.local_endpoint().port());

    const descriptor close_wait = find(number(half_closed_served));
    EXPECT_EQ(to_text(close_wait),
              "fd " + std::to_string(close_wait.number) +
                  " TCP CLOSE_WAIT 127.0.0.1:" + std::to_string(place.port()) +
                  " <- 127.0.0.1:" + std::to_string(half_closed.local_endpoint().port()));

    const descriptor gone = find(number(reset_served));
    EXPECT_EQ(gone.kind, descriptor_kind::tcp_socket);
    EXPECT_FALSE(gone.tcp.has_value()) << to_text(gone);
}

TEST_F(Census, NamesThePeersOfADualStackListenerAsTheySeeThemselves) {
    tcp::acceptor acceptor(executor(), tcp::endpoint(tcp::v6(), 0));
    tcp::socket client(executor());
    client.connect({asio::ip::address_v4::loopback(), acceptor.local_endpoint().port()});
    tcp::socket served = acceptor.accept();
    const descriptor held = find(served.native_handle());
    ASSERT_TRUE(held.tcp.has_value());
    EXPECT_EQ(held.tcp->remote, (endpoint{"127.0.0.1", client.local_endpoint().port()}));
}

TEST_F(Census, KnowsThreadsMemoryAndTimeOfAProcess) {
    const process_facts facts = own();
    EXPECT_EQ(facts.parent, ::getppid());
    EXPECT_EQ(facts.state, 'R');
    EXPECT_GE(facts.threads_count, 1U);
    EXPECT_GT(facts.resident_bytes, 1'000'000U);
    EXPECT_GT(facts.cpu_time, duration(0));
    EXPECT_TRUE(facts.descriptors_readable);
    EXPECT_EQ(read_process(0).state, 'X');
}

TEST_F(Census, LeavesOutProcessesThatAreGone) {
    const std::array<pid_t, 2> pids{0, ::getpid()};
    EXPECT_THAT(take_census(pids, sockets_, since_start(0)).processes, SizeIs(1));
}

TEST(ProcessStat, SurvivesANameFullOfParenthesesAndBlanks) {
    const auto stat = parse_stat(
        "7 (a) S 1 (b)) Z 42 7 7 0 -1 4194304 95 0 0 0 11 22 0 0 20 0 3 0 100 2500000 221 9 1");
    ASSERT_TRUE(stat.has_value());
    EXPECT_EQ(stat->command, "a) S 1 (b)");
    EXPECT_EQ(stat->state, 'Z');
    EXPECT_EQ(stat->parent, 42);
    EXPECT_EQ(stat->user_ticks, 11U);
    EXPECT_EQ(stat->system_ticks, 22U);
    EXPECT_EQ(stat->threads_count, 3U);
    EXPECT_EQ(stat->resident_pages, 221U);
    EXPECT_FALSE(parse_stat("7 (cut").has_value());
    EXPECT_FALSE(parse_stat("7 (cut) S 1 2").has_value());
}

TEST(ExitStatus, KnowsSignalsByName) {
    EXPECT_EQ(signal_name(SIGTERM), "SIGTERM");
    EXPECT_EQ(signal_name(77), "signal 77");
    EXPECT_EQ(signal_number("SIGQUIT"), SIGQUIT);
    EXPECT_EQ(signal_number("TERM"), 0);
    EXPECT_EQ(signal_number("signal 77"), 0);
}

TEST(ExitStatus, TellsHowAProcessEnded) {
    EXPECT_EQ(to_text(exit_status{0}), "exit 0");
    EXPECT_EQ(to_text(exit_status{9 << 8}), "exit 9");
    EXPECT_EQ(to_text(exit_status{SIGKILL}), "killed by SIGKILL");
    EXPECT_EQ(to_text(exit_status{SIGABRT | 0x80}), "killed by SIGABRT, core dumped");
}

}  // namespace
}  // namespace stormdrain
