// Whole cycles of the reference server behind links that the harness plays.

#include "faults/link/toxic_spec.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/cycle/running_fixture.hpp"
#include "harness/plan/readers/load_reader.hpp"

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

class LinksInCycles : public running_fixture {
protected:
    static link_use link_with(std::initializer_list<std::string_view> toxics) {
        link_use use{"path", link_place::load_and_target, "", {}};
        for (const std::string_view toxic : toxics) {
            use.toxics.push_back(read_toxic(toxic));
        }
        return use;
    }
    static fault_use fault_of(const std::string& json) {
        std::vector<problem> problems;
        object_reader keys = json_document::parse("fault", json, problems).root(problems);
        fault_use use = read_fault(keys, "");
        EXPECT_THAT(problems, IsEmpty());
        use.port = "http";
        return use;
    }
};

TEST_F(LinksInCycles, AnEmptyLinkChangesNothingForRequestsAndIsNotHeldAtRest) {
    scenario what = load_until(stop_moment::at_rest);
    what.links = {link_with({})};
    const cycle_record record = cycle_of(planned(reference_server(), what));
    EXPECT_THAT(record.health.failure, IsEmpty());
    EXPECT_THAT(record.start.failure, IsEmpty());
    EXPECT_EQ(record.requests.unusual_count, 0U);
    EXPECT_TRUE(record.rest.settled);
    EXPECT_THAT(record.rest.behind, IsEmpty());
    ASSERT_THAT(record.path.links, SizeIs(2)) << "one before each port";
    const link_record& http = record.path.links.at(0);
    EXPECT_EQ(http.leads_to, "http");
    EXPECT_EQ(http.accepted_count, clients + 4U) << "those of the load, and of the warm-up";
    EXPECT_EQ(http.resets_count, 0U);
    EXPECT_EQ(record.path.stop_allowance, 0ms);
}

TEST_F(LinksInCycles, FindingsNameTheClientBehindTheLink) {
    scenario what;
    what.faults = {fault_of(R"({"kind": "idle_keep_alive", "connections": 3})")};
    what.stop.at = stop_moment::after_load;
    what.links = {link_with({"latency:latency=10ms", "latency:latency=10ms,stream=upstream"})};
    const cycle_record record = cycle_of(planned(reference_server(), what));
    EXPECT_THAT(record.health.failure, IsEmpty());
    ASSERT_THAT(record.faults, SizeIs(1));
    EXPECT_EQ(record.faults.at(0).delivered_count, 3U)
        << record.faults.at(0).injections.at(0).proof;
    ASSERT_TRUE(record.stop.held_at_trigger);
    EXPECT_EQ(record.stop.held_at_trigger->count, 3U);
    for (const held_at& row : record.stop.held_at_trigger->rows) {
        EXPECT_EQ(row.client.purpose, "fault idle_keep_alive");
        EXPECT_NE(row.client.at_server.remote, row.client.local) << "the link's own port";
    }
    EXPECT_EQ(record.path.stop_allowance, 80ms);
    for (const toxic_record& toxic : record.path.links.at(0).toxics) {
        EXPECT_GE(toxic.delay_min, 10ms);
    }
}

TEST_F(LinksInCycles, AResetReachesTheServerThroughTheLink) {
    scenario what;
    what.faults = {fault_of(R"({"kind": "connection_reset", "at": "idle", "connections": 4})"),
                   fault_of(R"({"kind": "half_close", "connections": 2})")};
    what.stop.at = stop_moment::after_load;
    what.links = {link_with({"latency:latency=15ms,stream=upstream"})};
    const cycle_record record = cycle_of(planned(reference_server(), what));
    EXPECT_THAT(record.health.failure, IsEmpty());
    EXPECT_EQ(record.faults.at(0).delivered_count, 4U)
        << record.faults.at(0).injections.at(0).proof;
    EXPECT_EQ(record.faults.at(1).delivered_count, 2U)
        << record.faults.at(1).injections.at(0).proof;
}

}  // namespace
}  // namespace stormdrain
