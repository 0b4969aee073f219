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

}  // namespace
}  // namespace stormdrain
