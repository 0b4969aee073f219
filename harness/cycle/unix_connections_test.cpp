// Whole cycles with servers that listen elsewhere than on a port of 127.0.0.1.

#include "harness/cycle/unix_connections.hpp"

#include "harness/cycle/running_fixture.hpp"

#include <signal.h>

#include <algorithm>
#include <string>

namespace stormdrain {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

target reference_at(target made, const std::string& http, const std::string& https) {
    for (std::string& word : made.argv) {
        word = word == "127.0.0.1:${port.http}" ? http : word;
        word = word == "127.0.0.1:${port.https}" ? https : word;
    }
    return made;
}

class Listeners : public running_fixture {
protected:
    static target unix_server() {
        target made = reference_at(reference_server(), "unix:${port.http}", "unix:tls.sock");
        made.ports["http"].unix_path = "http.sock";
        made.ports["https"].unix_path = "tls.sock";
        return made;
    }

    static target ipv6_server() {
        target made = reference_at(reference_server(), "${address.http}", "${address.https}");
        made.ports["http"].address = made.ports["https"].address = "::1";
        return made;
    }

    static void expect_served(const cycle_record& record) {
        EXPECT_THAT(record.health.failure, IsEmpty());
        EXPECT_THAT(record.start.failure, IsEmpty());
        constexpr std::uint64_t of_the_warm_up = 4 * 3;
        EXPECT_EQ(record.requests.ordinary, clients * requests + of_the_warm_up);
        EXPECT_EQ(record.requests.unusual_count, 0U);
        ASSERT_TRUE(record.exit);
        EXPECT_EQ(to_text(*record.exit), "exit 0");
        ASSERT_THAT(record.ports, SizeIs(2));
        for (const port_record& port : record.ports) {
            EXPECT_TRUE(port.bindable) << port.name;
        }
    }
};

TEST_F(Listeners, MayBeUnixSockets) {
    const cycle_record record = cycle_of(planned(unix_server(), load_until(stop_moment::at_rest)));
    expect_served(record);
    EXPECT_THAT(record.residue.items, IsEmpty()) << "it removes its files";
}

// Goal: what the server holds at the stop is traced back to the clients behind it.
TEST_F(Listeners, HoldConnectionsWhoseClientsAreKnown) {
    scenario what = load_until(stop_moment::after_load);
    what.load->after = after_stop::stay_idle;
    const cycle_record record = cycle_of(planned(unix_server(), what));
    ASSERT_TRUE(record.stop.held_at_trigger);
    EXPECT_EQ(record.stop.held_at_trigger->count, clients);
    for (const held_at& one : record.stop.held_at_trigger->rows) {
        EXPECT_EQ(one.client.purpose, "load");
    }
    EXPECT_EQ(to_text(record.exit.value()), "exit 0");
}

TEST_F(Listeners, SpeakTlsOnUnixSocketsToo) {
    scenario what = load_until(stop_moment::at_rest);
    what.load->port = "https";
    const cycle_record record = cycle_of(planned(unix_server(), what));
    expect_served(record);
    EXPECT_GE(record.requests.handshake_time.count(), clients);
}

TEST_F(Listeners, LeaveTheirFilesWhenTheyAreKilled) {
    target server = unix_server();
    server.stop["graceful"].trigger.signal = SIGKILL;
    scenario what = load_until(stop_moment::at_rest);
    what.restart = true;
    const cycle_record record = cycle_of(planned(server, what));
    EXPECT_EQ(
        std::ranges::count(record.residue.items, residue_kind::unix_socket, &residue_item::kind),
        2);
    for (const port_record& port : record.ports) {
        EXPECT_TRUE(port.bindable) << "nobody listens any more";
        EXPECT_FALSE(port.bindable_without_reuse) << "the file is in the way";
    }
    ASSERT_TRUE(record.restart);
    EXPECT_THAT(record.restart->start.failure, IsEmpty()) << "it removes what was left";
}

TEST_F(Listeners, MayBeOnIpv6) {
    expect_served(cycle_of(planned(ipv6_server(), load_until(stop_moment::at_rest))));
    scenario what = load_until(stop_moment::at_rest);
    what.load->port = "https";
    expect_served(cycle_of(planned(ipv6_server(), what)));
}

TEST_F(Listeners, AreToldApartByTheAddressThatIsAskedFor) {
    target server = reference_server();  // which listens on 127.0.0.1
    server.ports["http"].address = server.ports["https"].address = "::1";
    server.promises.start_within = std::chrono::milliseconds(1);
    const cycle_record record = cycle_of(planned(server, load_until(stop_moment::at_rest)));
    EXPECT_FALSE(record.start.served);
    EXPECT_THAT(record.start.failure, HasSubstr("listens but does not serve"));
}

TEST_F(Listeners, CannotHaveAPathThatIsTooLong) {
    target server = unix_server();
    server.ports["http"].unix_path = std::string(200, 'x');
    const cycle_record record = cycle_of(planned(server, load_until(stop_moment::at_rest)));
    EXPECT_THAT(record.start.failure, HasSubstr("File name too long"));
    EXPECT_TRUE(record.start.blame_is_elsewhere);
}

}  // namespace
}  // namespace stormdrain
