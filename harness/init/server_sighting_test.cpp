#include "harness/init/server_sighting.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::map<std::string, std::uint16_t> asked{{"port", 20001}};

descriptor listener(std::string address, std::uint16_t port, tcp_state state = tcp_state::listen) {
    descriptor held;
    held.kind = descriptor_kind::tcp_listener;
    held.tcp = tcp_socket_facts{};
    held.tcp->local = {std::move(address), port};
    held.tcp->state = state;
    return held;
}

server_sighting listening_on(std::vector<std::uint16_t> ports) {
    server_sighting seen;
    for (const std::uint16_t port : ports) {
        seen.listeners.push_back({port, {"127.0.0.1"}, 7, "server"});
    }
    return seen;
}

exit_status exited_with(int code) {
    return exit_status{code << 8};
}

TEST(ServerSighting, SaysWhereAPortIsDialled) {
    const auto dialled = [](std::vector<std::string> addresses) {
        return dialled_addresses({80, std::move(addresses), 5, "server"});
    };
    EXPECT_THAT(dialled({"0.0.0.0"}), ElementsAre("127.0.0.1"));
    EXPECT_THAT(dialled({"127.0.0.1", "::1"}), ElementsAre("127.0.0.1", "::1"));
    EXPECT_THAT(dialled({"::"}), ElementsAre("127.0.0.1", "::1"));
    EXPECT_THAT(dialled({"::1"}), ElementsAre("::1"));
    EXPECT_THAT(dialled({"::1", "127.0.0.1"}), ElementsAre("127.0.0.1", "::1"));
    EXPECT_THAT(dialled({"10.0.0.7"}), ElementsAre("10.0.0.7"));
}

TEST(ServerSighting, HasEachPortOnceWithItsAddresses) {
    census taken;
    taken.processes.resize(2);
    taken.processes[0].pid = 5;
    taken.processes[0].command = "master";
    taken.processes[0].descriptors = {listener("0.0.0.0", 80), listener("::", 80),
                                      listener("127.0.0.1", 81, tcp_state::established)};
    taken.processes[1].pid = 6;
    taken.processes[1].command = "worker";
    taken.processes[1].descriptors = {listener("0.0.0.0", 80), listener("127.0.0.1", 82)};
    EXPECT_THAT(listeners_in(taken), ElementsAre(seen_listener{80, {"0.0.0.0", "::"}, 5, "master"},
                                                 seen_listener{82, {"127.0.0.1"}, 6, "worker"}));
}

TEST(ServerSighting, FindsUnixSocketsThatListen) {
    census taken;
    taken.processes.resize(1);
    for (const std::uint64_t inode : {11U, 12U, 13U}) {
        descriptor held;
        held.kind = descriptor_kind::unix_socket;
        held.inode = inode;
        taken.processes[0].descriptors.push_back(held);
    }
    const std::string table =
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 11 /run/app.sock\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 12 /run/client\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 13\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 99 /run/other.sock\n";
    EXPECT_THAT(unix_listeners_in(taken, table), ElementsAre("/run/app.sock", "(without a name)"));
}

TEST(ServerSighting, ThatListensWhereItWasToldIsUsable) {
    EXPECT_EQ(why_unusable(listening_on({20001}), asked), "");
    EXPECT_EQ(why_unusable(listening_on({20001, 9090}), asked), "");
    EXPECT_EQ(why_unusable(listening_on({8080}), {}), "");
}

TEST(ServerSighting, SaysWhereElseItListens) {
    EXPECT_THAT(why_unusable(listening_on({8080}), asked),
                AllOf(HasSubstr("(20001), but on 8080"), HasSubstr("--env PORT={port}")));
}

TEST(ServerSighting, SaysThatAProgramCannotBeStarted) {
    server_sighting seen;
    seen.launch_failure = "execve: No such file or directory";
    EXPECT_EQ(why_unusable(seen, asked), "cannot be started: execve: No such file or directory");
}

TEST(ServerSighting, ShowsTheLastWordsOfAServerThatEnds) {
    server_sighting seen;
    seen.exit = exited_with(1);
    seen.until_exit = 12ms;
    seen.output_tail = "loading\nno such file: app.conf\n";
    EXPECT_EQ(why_unusable(seen, asked),
              "it ended by itself after 12 ms (exit 1)\n  its last output:\n    loading\n"
              "    no such file: app.conf");
    seen.output_tail.clear();
    EXPECT_THAT(why_unusable(seen, asked), HasSubstr("it printed nothing"));
}

TEST(ServerSighting, SaysHowADaemonIsKeptInTheForeground) {
    server_sighting seen = listening_on({20001});
    seen.exit = exited_with(0);
    seen.survivors = {"nginx (pid 12)"};
    EXPECT_THAT(why_unusable(seen, asked),
                AllOf(HasSubstr("leaves the foreground"), HasSubstr("listening on port 20001"),
                      HasSubstr("nginx: -g 'daemon off;'")));
    seen.survivors = {"my_server (pid 12)"};
    EXPECT_THAT(why_unusable(seen, asked), HasSubstr("--foreground"));
}

TEST(ServerSighting, SaysThatOthersListenOnItsPort) {
    server_sighting seen;
    seen.foreign = {20001};
    EXPECT_THAT(why_unusable(seen, asked),
                AllOf(HasSubstr("port 20001 is listened on by"), HasSubstr("container")));
}

TEST(ServerSighting, SaysThatAUnixSocketIsNoPort) {
    server_sighting seen;
    seen.unix_sockets = {"/run/app.sock"};
    EXPECT_THAT(why_unusable(seen, asked),
                AllOf(HasSubstr("only on a unix socket: /run/app.sock"), HasSubstr("{port}")));
}

TEST(ServerSighting, SaysThatItNeverListens) {
    server_sighting seen;
    seen.output_tail = "waiting for the database\n";
    EXPECT_THAT(why_unusable(seen, asked), AllOf(HasSubstr("does not listen on any TCP port"),
                                                 HasSubstr("waiting for the database")));
    seen.hidden_descriptors = true;
    EXPECT_THAT(why_unusable(seen, asked), HasSubstr("runs as another user"));
}

}  // namespace
}  // namespace stormdrain
