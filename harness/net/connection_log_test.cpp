#include "harness/net/connection_log.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace stormdrain {
namespace {

TEST(ConnectionLog, FindsTheLatestConnectionFromAPort) {
    connection_log log{cycle_clock()};
    connection_row& first = log.open("warm", "http", {"127.0.0.1", 8080});
    log.bound(first, {"127.0.0.1", 40000});
    connection_row& second = log.open("load", "http", {"127.0.0.1", 8080});
    log.bound(second, {"127.0.0.1", 40000});
    ASSERT_NE(log.find(40000), nullptr);
    EXPECT_EQ(log.find(40000)->purpose, "load");
    EXPECT_EQ(log.find(40001), nullptr);
}

TEST(ConnectionLog, TellsConnectionsApartThatShareASourcePort) {
    connection_log log{cycle_clock()};
    const endpoint plain{"127.0.0.1", 8080};
    const endpoint secure{"127.0.0.1", 8443};
    log.bound(log.open("load", "http", plain), {"127.0.0.2", 40000});
    log.bound(log.open("fault half_close", "https", secure), {"127.0.0.3", 40000});
    const connection_row* const found = log.find({plain, {"127.0.0.2", 40000}});
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->purpose, "load");
    EXPECT_EQ(log.find({secure, {"127.0.0.2", 40000}}), nullptr);
    EXPECT_EQ(log.find({plain, {"127.0.0.2", 40001}}), nullptr);
}

TEST(ConnectionLog, KeepsRowsWhereTheyAreAndGivesThemIdsFromOne) {
    connection_log log{cycle_clock()};
    connection_row& first = log.open("probe", "http", {"::1", 80});
    EXPECT_EQ(first.id, 1U);
    for (int count = 0; count < 1000; ++count) {
        log.open("load", "http", {"::1", 80});
    }
    EXPECT_EQ(&log.at(1), &first);
    EXPECT_EQ(log.size(), 1001U);
    EXPECT_EQ(log.open_count(), 1001U);
    first.closed = log.clock().now();
    EXPECT_EQ(log.open_count(), 1000U);
}

TEST(ConnectionLog, NotesReleasesInTheOrderOfConnectionsThatShareAPair) {
    connection_log log{cycle_clock()};
    const endpoint server{"127.0.0.1", 8080};
    const endpoint client{"127.0.0.1", 40000};
    connection_row& refused = log.open("probe", "http", server);
    log.bound(refused, client);
    refused.end = connection_end::not_established;  // the server never had a socket for it
    log.bound(log.open("load", "http", server), client);
    log.bound(log.open("load", "http", server), client);
    log.released({server, client}, since_start(5));
    EXPECT_EQ(log.at(1).server_released, std::nullopt);
    EXPECT_EQ(log.at(2).server_released, since_start(5));
    EXPECT_EQ(log.at(3).server_released, std::nullopt);
    log.released({server, client}, since_start(7));
    EXPECT_EQ(log.at(3).server_released, since_start(7));
}

TEST(ConnectionLog, LeavesAloneReleasesOfOthersConnections) {
    connection_log log{cycle_clock()};
    const endpoint server{"127.0.0.1", 8080};
    log.bound(log.open("load", "http", server), {"127.0.0.1", 40000});
    log.released({server, {"127.0.0.1", 40001}}, since_start(5));
    log.released({server, {"127.0.0.2", 40000}}, since_start(5));
    log.released({{"127.0.0.1", 8081}, {"127.0.0.1", 40000}}, since_start(5));
    EXPECT_EQ(log.at(1).server_released, std::nullopt);
}

class scripted_links final : public passage_source {
public:
    std::vector<passage> take_passages() override { return std::exchange(made, {}); }
    std::vector<passage> made;
};

TEST(ConnectionLog, FindsAConnectionByWhatTheServerSeesBehindALink) {
    const endpoint client{"127.0.0.2", 40000};
    const endpoint link{"127.0.0.1", 9000};
    const server_end seen{{"127.0.0.1", 8080}, {"127.0.0.2", 50000}};
    scripted_links links;
    connection_log log{cycle_clock()};
    log.lead_through(links);
    log.bound(log.open("load", "http", link), client);
    log.catch_up();
    EXPECT_EQ(log.find(seen), nullptr) << "the link has not dialled yet";
    links.made = {{client, link, seen}};
    log.catch_up();
    ASSERT_NE(log.find(seen), nullptr);
    EXPECT_EQ(log.find(seen)->id, 1U);
    EXPECT_EQ(log.at(1).at_server, seen);
    EXPECT_EQ(log.at(1).remote, link) << "what the client itself dialled";
    log.released(seen, since_start(5));
    EXPECT_EQ(log.at(1).server_released, since_start(5));
}

TEST(ConnectionLog, TakesAPassageForTheLatestConnectionFromItsPort) {
    const endpoint client{"127.0.0.1", 40000};
    const endpoint link{"127.0.0.1", 9000};
    const endpoint server{"127.0.0.1", 8080};
    const server_end first{server, {"127.0.0.1", 50000}};
    const server_end second{server, {"127.0.0.1", 50001}};
    scripted_links links;
    connection_log log{cycle_clock()};
    log.lead_through(links);
    log.bound(log.open("load", "http", link), client);
    links.made = {{client, link, first}};
    log.catch_up();
    log.bound(log.open("load", "http", link), client);
    links.made = {{client, link, second}};
    log.catch_up();
    EXPECT_EQ(log.find(first)->id, 1U);
    EXPECT_EQ(log.find(second)->id, 2U);
}

TEST(ConnectionLog, LeavesAlonePassagesOfOthersConnections) {
    scripted_links links;
    connection_log log{cycle_clock()};
    log.lead_through(links);
    log.bound(log.open("load", "http", {"127.0.0.1", 9000}), {"127.0.0.1", 40000});
    const server_end seen{{"127.0.0.1", 8080}, {"127.0.0.1", 50000}};
    links.made = {{{"127.0.0.1", 40001}, {"127.0.0.1", 9000}, seen},
                  {{"127.0.0.1", 40000}, {"127.0.0.1", 9001}, seen}};
    log.catch_up();
    EXPECT_EQ(log.find(seen), nullptr);
}

TEST(ConnectionEnd, HasAWordForEach) {
    EXPECT_EQ(to_text(connection_end::open), "open");
    EXPECT_EQ(to_text(connection_end::not_established), "not_established");
}

TEST(Endpoint, BracketsIpv6) {
    EXPECT_EQ(to_text(endpoint{"127.0.0.1", 80}), "127.0.0.1:80");
    EXPECT_EQ(to_text(endpoint{"::1", 8080}), "[::1]:8080");
}

}  // namespace
}  // namespace stormdrain
