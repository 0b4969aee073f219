#include "harness/process/port_reserver.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/process/census/census.hpp"
#include "harness/process/census/socket_table.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

#include <set>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::SizeIs;

TEST(PortReserver, StaysOutsideTheEphemeralRange) {
    EXPECT_EQ(server_ports({32'768, 60'999}), (port_range{10'000, 32'767}));
    EXPECT_EQ(server_ports({9'000, 50'000}), (port_range{50'001, 65'535}));
    EXPECT_EQ(server_ports({1'024, 65'535}), (port_range{1'024, 65'535}));
}

TEST(PortReserver, GivesNoPortTwiceForThousands) {
    port_reserver ports;
    std::set<std::uint16_t> given;
    for (int index = 0; index < 3'000; ++index) {
        EXPECT_TRUE(given.insert(ports.next()).second);
    }
}

// Goal: two harnesses on one machine never accuse a server of holding the other one's port.
TEST(PortReserver, KeepsWhatItGaveFromOtherHarnesses) {
    const std::uint16_t port = port_reserver().next();
    port_reserver another({port, port}, 0);
    {
        port_reserver first({port, port}, 0);
        EXPECT_EQ(first.next(), port);
        EXPECT_THROW(another.next(), environment_error);
    }
    EXPECT_EQ(another.next(), port);
}

TEST(PortReserver, PassesOverPortsInUse) {
    const std::uint16_t taken = port_reserver().next();
    const owned_descriptor listener = make_listener({"127.0.0.1", taken});
    port_reserver only_that_one({taken, taken}, 0);
    EXPECT_THROW(only_that_one.next(), environment_error);
}

TEST(PortReserver, PassesOverPortsInUseOnAnotherLocalAddress) {
    for (const char* address : {"127.0.0.2", "::1", "0.0.0.0"}) {
        const std::uint16_t taken = port_reserver().next();
        const owned_descriptor listener = make_listener({address, taken});
        port_reserver only_that_one({taken, taken}, 0);
        EXPECT_THROW(only_that_one.next(), environment_error) << address;
    }
}

TEST(PortReserver, NeedsNoSecondChanceAfterTimeWait) {
    asio::io_context context(1);
    const std::uint16_t port = port_reserver().next();
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), port});
    tcp::socket client(context);
    client.connect(acceptor.local_endpoint());
    acceptor.accept().close();  // the server closes first: TIME_WAIT stays on its port
    client.close();
    acceptor.close();
    port_reserver only_that_one({port, port}, 0);
    EXPECT_THROW(only_that_one.next(), environment_error);
    EXPECT_EQ(state_of_port({"127.0.0.1", port}), port_state::bindable);
    EXPECT_EQ(state_of_port_without_reuse({"127.0.0.1", port}), port_state::in_use);
    const std::uint16_t unused = port_reserver().next();
    EXPECT_EQ(state_of_port_without_reuse({"127.0.0.1", unused}), port_state::bindable);
}

TEST(StateOfPort, IsInUseWhileSomebodyListens) {
    for (const char* address : {"127.0.0.1", "::1"}) {
        endpoint place{address, port_reserver().next()};
        EXPECT_EQ(state_of_port(place), port_state::bindable) << to_text(place);
        const owned_descriptor listener = make_listener(place);
        EXPECT_THAT(socket_table().listeners(place.port), SizeIs(1));
        EXPECT_EQ(state_of_port(place), port_state::in_use) << to_text(place);
        EXPECT_FALSE(port_is_bindable(place)) << to_text(place);
        EXPECT_THROW(make_listener(place), environment_error);
    }
    EXPECT_THROW(make_listener({"localhost", 1}), environment_error);
}

TEST(StateOfPort, IsUnknownWhenTheQuestionItselfFails) {
    const endpoint nobodys{"192.0.2.1", port_reserver().next()};  // RFC 5737: no machine has it
    EXPECT_EQ(state_of_port(nobodys), port_state::unknown);
    EXPECT_TRUE(port_is_bindable(nobodys));
}

}  // namespace
}  // namespace stormdrain
