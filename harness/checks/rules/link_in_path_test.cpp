#include "harness/checks/rules/link_in_path.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;

path_record path_with(std::vector<link_strike> strikes) {
    path_record path;
    link_record& link = path.links.emplace_back();
    link.strikes_count = strikes.size();
    link.strikes = std::move(strikes);
    return path;
}

TEST(LinkInPath, MovesTheStopForWhatIsUnderWay) {
    EXPECT_EQ(rules::stop_as_sent(stop_at, {80ms, 20ms}), stop_at - 80ms);
    EXPECT_EQ(rules::stop_as_sent(std::nullopt, {80ms, 20ms}), std::nullopt);
}

TEST(LinkInPath, AddsWhatTheMachineHeldUp) {
    path_record path;
    path.to_target = {40ms, 60ms};
    EXPECT_EQ(rules::worst_way(path, 5ms), (path_delay{40ms, 60ms})) << "there is no link";
    path.links.emplace_back().toxics.emplace_back().lateness_max = 16ms;
    EXPECT_EQ(rules::worst_way(path, 5ms), (path_delay{61ms, 81ms}));
}

TEST(LinkInPath, AddsARoundTripToTheTimeThatAServerSawAConnectionIdle) {
    const request_row seen = on_reused(cut_request(1s), 30ms);
    EXPECT_EQ(rules::as_server_saw(seen, {40ms, 60ms}).idle_before, 130ms);
}

TEST(LinkInPath, KnowsTheConnectionThatAToxicStruck) {
    request_row row = cut_request(1s);
    row.connection = 7;
    const path_record path = path_with({{"reset_peer_downstream", 7, 0s, 1s}});
    ASSERT_NE(rules::strike_on(row, path), nullptr);
    EXPECT_EQ(rules::strike_on(row, path)->toxic, "reset_peer_downstream");
    row.connection = 8;
    EXPECT_EQ(rules::strike_on(row, path), nullptr);
    row.connection = 0;
    EXPECT_EQ(rules::strike_on(row, path_with({{"down", 0, 0s, 1s}})), nullptr)
        << "a strike at an origin's connection is nobody's";
}

TEST(LinkInPath, DoubtsWhereNotAllStrikesWereWrittenDown) {
    path_record path = path_with({{"down", 7, 0s, 1s}});
    EXPECT_FALSE(rules::may_have_been_struck(path));
    path.links.front().strikes_count = 2;
    EXPECT_TRUE(rules::may_have_been_struck(path));
}

TEST(LinkInPath, TakesAResetBehindALinkThatTheServerRefusedForARefusal) {
    path_record path = path_with({});
    path.links.front().refused = {7};
    request_row row = cut_request(1s);
    row.connection = 7;
    EXPECT_EQ(rules::as_without_link(row, path).end, request_end::refused);
    row.connection = 8;
    EXPECT_EQ(rules::as_without_link(row, path).end, request_end::reset);
    row.connection = 7;
    row.response_bytes = 1;
    EXPECT_EQ(rules::as_without_link(row, path).end, request_end::reset);
}

toxic_record toxic_of(std::string type, std::uint64_t strikes_count, double toxicity = 1) {
    toxic_record toxic;
    toxic.name = type + "_downstream";
    toxic.type = std::move(type);
    toxic.toxicity = toxicity;
    toxic.strikes_count = strikes_count;
    return toxic;
}

link_record before_port(std::vector<toxic_record> toxics, std::uint64_t accepted_count) {
    link_record link;
    link.name = "far";
    link.accepted_count = accepted_count;
    link.toxics = std::move(toxics);
    return link;
}

TEST(LinkInPath, TakesAllDelaysOfALinkForOneDelivery) {
    path_record path;
    path.links = {before_port({toxic_of("latency", 3), toxic_of("slow_close", 0)}, 5),
                  before_port({toxic_of("latency", 0), toxic_of("slow_close", 0)}, 2)};
    const auto seen = rules::deliveries_of(path);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].what, "the delays of link far");
    EXPECT_EQ(seen[0].strikes_count, 3U);
    EXPECT_EQ(seen[0].connections_count, 7U);
    EXPECT_TRUE(seen[0].strikes_all);
}

TEST(LinkInPath, WantsEachToxicThatCostsSomethingToStrike) {
    path_record path;
    path.links = {before_port({toxic_of("latency", 3), toxic_of("reset_peer", 0)}, 5)};
    const auto seen = rules::deliveries_of(path);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[1].what, "toxic reset_peer_downstream of link far");
    EXPECT_EQ(seen[1].strikes_count, 0U);
}

TEST(LinkInPath, ExpectsNothingOfNoopAndNotAllOfAShare) {
    path_record path;
    path.links = {before_port({toxic_of("noop", 0), toxic_of("down", 0, 0.5)}, 5)};
    path.links.front().toxics.front().strikes_by_nature = false;
    const auto seen = rules::deliveries_of(path);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_FALSE(seen[0].strikes_all) << "one cycle proves nothing of a share";
}

}  // namespace
}  // namespace stormdrain
