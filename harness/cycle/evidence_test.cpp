#include "harness/cycle/evidence.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const std::map<std::string, std::uint16_t> ports{{"http", 8080}};

descriptor connected(int number, std::uint16_t local, std::uint16_t remote) {
    tcp_socket_facts facts;
    facts.local = {"127.0.0.1", local};
    facts.remote = {"127.0.0.1", remote};
    facts.state = tcp_state::close_wait;
    descriptor held;
    held.number = number;
    held.kind = descriptor_kind::tcp_socket;
    held.inode = static_cast<std::uint64_t>(number) + 1000;
    held.tcp = facts;
    return held;
}

descriptor connection_gone(int number) {
    descriptor held = connected(number, 0, 0);
    held.tcp.reset();
    return held;
}

census holding(std::vector<descriptor> descriptors) {
    process_facts process;
    process.descriptors = std::move(descriptors);
    census taken;
    taken.processes.push_back(std::move(process));
    return taken;
}

TEST(ConnectionsHeld, AreThoseOfTheServersPortsOnly) {
    const census now = holding({connected(5, 8080, 40001), connected(6, 50000, 5432)});
    EXPECT_THAT(connections_held(now, nullptr, ports), ElementsAre(Field(&descriptor::number, 5)));
}

TEST(ConnectionsHeld, IncludeSocketsWhoseConnectionIsGone) {
    EXPECT_THAT(connections_held(holding({connection_gone(7)}), nullptr, ports),
                ElementsAre(Field(&descriptor::number, 7)));
}

TEST(ConnectionsHeld, LeaveOutWhatTheBaselineHad) {
    const census before = holding({connection_gone(7)});
    EXPECT_THAT(connections_held(holding({connection_gone(7)}), &before, ports), IsEmpty());
}

// Goal: what a server without descriptors gives up and makes anew is another socket, and no leak.
TEST(ConnectionsHeld, LeaveOutASpareSocketThatWasMadeAnew) {
    const census before = holding({connection_gone(7)});
    descriptor anew = connection_gone(7);
    anew.inode += 1000;
    EXPECT_THAT(connections_held(holding({anew}), &before, ports), IsEmpty());
    anew.number = 8;
    EXPECT_THAT(connections_held(holding({anew}), &before, ports),
                ElementsAre(Field(&descriptor::number, 8)));
}

TEST(ConnectionsHeld, CountASocketThatTwoWorkersShareOnce) {
    census now = holding({connected(5, 8080, 40001)});
    now.processes.push_back(now.processes.front());
    EXPECT_EQ(connections_held(now, nullptr, ports).size(), 1U);
}

TEST(ConnectionsBehind, AreFoundByTheirSourcePort) {
    connection_log log{cycle_clock()};
    connection_row& row = log.open("fault half_close", "http", {"127.0.0.1", 8080});
    log.bound(row, {"127.0.0.1", 40001});
    EXPECT_THAT(connections_behind({connected(5, 8080, 40001)}, log),
                ElementsAre(Field(&connection_row::purpose, "fault half_close")));
}

TEST(ConnectionsBehind, AreTheResetOnesWhenTheSocketHasNoAddressAnyMore) {
    connection_log log{cycle_clock()};
    log.open("load", "http", {"127.0.0.1", 8080});
    log.open("fault connection_reset", "http", {"127.0.0.1", 8080}).end =
        connection_end::reset_by_client;
    EXPECT_THAT(connections_behind({connection_gone(7)}, log),
                ElementsAre(Field(&connection_row::purpose, "fault connection_reset")));
}

// Goal: one reset connection among others, named by what a fault saw of it before.
TEST(ConnectionsBehind, AreFoundByTheInodeThatAFaultLookedUp) {
    connection_log log{cycle_clock()};
    for (const std::uint64_t inode : {std::uint64_t{1007}, std::uint64_t{1008}}) {
        connection_row& row = log.open("fault connection_reset", "http", {"127.0.0.1", 8080});
        row.end = connection_end::reset_by_client;
        row.server_inode = inode;
    }
    EXPECT_THAT(connections_behind({connection_gone(8)}, log),
                ElementsAre(Field(&connection_row::id, 2U)));
}

TEST(ConnectionsBehind, AreCandidatesOnlyWhereNobodyLooked) {
    connection_log log{cycle_clock()};
    connection_row& known = log.open("fault connection_reset", "http", {"127.0.0.1", 8080});
    known.end = connection_end::reset_by_client;
    known.server_inode = 1;  // of another socket than the one that is held
    log.open("load", "http", {"127.0.0.1", 8080}).end = connection_end::reset_by_client;
    EXPECT_THAT(connections_behind({connection_gone(7)}, log),
                ElementsAre(Field(&connection_row::id, 2U)));
}

tcp_socket_facts server_socket(std::uint16_t client, tcp_state state, std::uint64_t inode) {
    tcp_socket_facts facts = connected(0, 8080, client).tcp.value();
    facts.state = state;
    facts.inode = inode;
    return facts;
}

class HeldAt : public testing::Test {
protected:
    HeldAt() {
        for (std::uint16_t port = 40001; port < 40200; ++port) {
            log_.bound(log_.open("load", "http", {"127.0.0.1", 8080}), {"127.0.0.1", port});
        }
    }
    connections_held_at look(const std::vector<tcp_socket_facts>& sockets) {
        return make_held_at(since_start(9), sockets, log_);
    }
    connection_log log_{cycle_clock()};
};

TEST_F(HeldAt, NamesAcceptedAndQueuedConnectionsByTheirClient) {
    const connections_held_at held = look({server_socket(40002, tcp_state::close_wait, 5),
                                           server_socket(40001, tcp_state::established, 0)});
    EXPECT_EQ(held.at, since_start(9));
    EXPECT_EQ(held.count, 2U);
    ASSERT_EQ(held.rows.size(), 2U);
    EXPECT_EQ(held.rows[0].client.local.port, 40001);
    EXPECT_FALSE(held.rows[0].accepted);
    EXPECT_EQ(held.rows[1].server_state, tcp_state::close_wait);
    EXPECT_TRUE(held.rows[1].accepted);
}

TEST_F(HeldAt, LeavesOutWhatTheServerHasClosedAndWhatIsNotOurs) {
    tcp_socket_facts listener = server_socket(0, tcp_state::listen, 7);
    const connections_held_at held = look({listener, server_socket(40001, tcp_state::fin_wait_1, 0),
                                           server_socket(40002, tcp_state::last_ack, 0),
                                           server_socket(50000, tcp_state::established, 6)});
    EXPECT_EQ(held.count, 0U);
    EXPECT_THAT(held.rows, IsEmpty());
    // Shut down, and not closed: it is held.
    EXPECT_EQ(look({server_socket(40001, tcp_state::fin_wait_2, 8)}).count, 1U);
}

TEST_F(HeldAt, CountsAllAndKeepsSome) {
    std::vector<tcp_socket_facts> sockets;
    for (std::uint16_t port = 40001; port < 40200; ++port) {
        sockets.push_back(server_socket(port, tcp_state::established, port));
    }
    const connections_held_at held = look(sockets);
    EXPECT_EQ(held.count, 199U);
    EXPECT_EQ(held.rows.size(), connections_held_at::rows_max);
}

TEST_F(HeldAt, KeepsThoseOfFaultsBeforeAllOthers) {
    std::vector<tcp_socket_facts> sockets;
    for (std::uint16_t port = 40001; port < 40200; ++port) {
        sockets.push_back(server_socket(port, tcp_state::established, port));
    }
    connection_row& row = log_.open("fault silent_connection", "http", {"127.0.0.1", 8080});
    log_.bound(row, {"127.0.0.1", 40300});
    sockets.push_back(server_socket(40300, tcp_state::established, 9));
    sockets.back().send_queue_bytes = 7;
    sockets.back().receive_queue_bytes = 3;
    const connections_held_at held = look(sockets);
    EXPECT_EQ(held.count, 200U);
    ASSERT_EQ(held.rows.size(), connections_held_at::rows_max);
    EXPECT_EQ(held.rows.back().client.purpose, "fault silent_connection");
    EXPECT_EQ(held.rows.back().send_queue_bytes, 7U);
    EXPECT_EQ(held.rows.back().receive_queue_bytes, 3U);
}

}  // namespace
}  // namespace stormdrain
