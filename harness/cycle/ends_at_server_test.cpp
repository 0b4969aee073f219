#include "harness/cycle/evidence.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

#include <vector>

namespace stormdrain {
namespace {

using boost::asio::ip::tcp;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Optional;

endpoint to_endpoint(const tcp::endpoint& place) {
    return {place.address().to_string(), place.port()};
}

// A listener, and connections to it with their rows in the log.
class EndsAtServer : public io_fixture {
protected:
    connection_row& connect() {
        const tcp::endpoint there = listener_.local_endpoint();
        tcp::socket& ours = clients_.emplace_back(executor());
        ours.connect(there);
        servers_.push_back(listener_.accept());
        connection_row& row = log_.open("load", "http", to_endpoint(there));
        log_.bound(row, to_endpoint(ours.local_endpoint()));
        return row;
    }
    auto found() { return ends_at_server(log_, sockets_); }

    tcp::acceptor listener_{executor(),
                            tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)};
    std::vector<tcp::socket> clients_;
    std::vector<tcp::socket> servers_;
    connection_log log_{cycle_clock()};
    socket_table sockets_;
};

TEST_F(EndsAtServer, AreThoseThatStand) {
    const connection_row& stands = connect();
    connect();
    clients_.back().set_option(tcp::socket::linger(true, 0));
    clients_.back().close();  // by RST: nothing is left of it
    EXPECT_THAT(found(),
                Optional(ElementsAre(Field(&tcp_socket_facts::remote, stands.local))));
}

TEST_F(EndsAtServer, AreNotLookedForBehindTheirRelease) {
    connection_row& row = connect();
    log_.released(row.at_server, since_start(1));
    EXPECT_THAT(found(), Optional(IsEmpty()));
}

TEST_F(EndsAtServer, AreFoundOnceWhereAPortWasUsedAgain) {
    const connection_row& first = connect();
    connection_row& again = log_.open("load", "http", first.remote);
    log_.bound(again, first.local);
    EXPECT_THAT(found(), Optional(ElementsAre(Field(&tcp_socket_facts::remote, first.local))));
}

TEST_F(EndsAtServer, AreNotLookedForBeforeALinkHasDialled) {
    log_.open("load", "http", {"127.0.0.1", 1});
    EXPECT_THAT(found(), Optional(IsEmpty()));
}

TEST_F(EndsAtServer, AreLeftToADumpWhereTheyAreMany) {
    for (int count = 0; count < 25; ++count) {
        connect();
    }
    EXPECT_FALSE(found().has_value());
}

TEST_F(EndsAtServer, AreLeftToADumpOnUnixSockets) {
    connection_row& row = log_.open("load", "http", {"/run/server.sock", 0});
    log_.bound(row, {"", 1});
    EXPECT_FALSE(found().has_value());
}

}  // namespace
}  // namespace stormdrain
