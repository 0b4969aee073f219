#include "faults/link/link_set.hpp"

#include "faults/link/link_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

using LinkSet = link_fixture;

link_spec spec_of(std::string name, const scripted_peer& peer) {
    link_spec spec;
    spec.name = std::move(name);
    spec.upstream = {peer.where().address, peer.where().port};
    return spec;
}

TEST_F(LinkSet, HoldsLinksByNameAndStopsThoseThatAreRemoved) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        link_set links(executor(), 1);
        link_spec first = spec_of("first", peer);
        first.toxics.push_back(read_toxic("latency:latency=1ms"));
        EXPECT_FALSE(links.add(first));
        link_spec second = spec_of("second", peer);
        second.starts = link_spec::state::disabled;
        EXPECT_FALSE(links.add(second));
        EXPECT_EQ(links.all().size(), 2U);
        EXPECT_EQ(links.find("third"), nullptr);
        EXPECT_FALSE(links.find("second")->is_enabled());
        EXPECT_TRUE(co_await is_echoed(where(*links.find("first"))));
        EXPECT_EQ(links.find("first")->toxics().front()->deliveries.connections_count, 1U);
        EXPECT_TRUE(links.remove("first"));
        EXPECT_FALSE(links.remove("first"));
        EXPECT_EQ(links.all().size(), 1U);
        co_await peer.stop();
    });
}

TEST_F(LinkSet, KeepsNoLinkThatCannotListen) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer peer(executor(), echo);
        link_set links(executor(), 1);
        link_spec taken = spec_of("taken", peer);
        taken.listen = taken.upstream;
        EXPECT_EQ(links.add(taken), asio::error::address_in_use);
        EXPECT_TRUE(links.all().empty());
        co_await peer.stop();
    });
}

}  // namespace
}  // namespace stormdrain
