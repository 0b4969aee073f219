#include "harness/report/page/cycle_story.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace stormdrain::page {
namespace {

using namespace std::chrono_literals;

using testing::HasSubstr;

bool has_mark(const story_lane& lane, mark_kind kind) {
    return std::ranges::any_of(lane.marks,
                               [kind](const story_mark& mark) { return mark.kind == kind; });
}

TEST(CycleStory, HasALaneForServerListenerAndConnections) {
    const cycle_story story = story_of(to_json_value(testing_page::hung(431)));
    ASSERT_EQ(story.lanes.size(), 4U);
    EXPECT_EQ(story.lanes[0].name, "server");
    EXPECT_EQ(story.lanes[1].name, "listener");
    EXPECT_EQ(story.lanes[2].name, "connection 3") << "those with faults first";
    EXPECT_EQ(story.lanes[3].name, "connection 5");
    EXPECT_TRUE(has_mark(story.lanes[2], mark_kind::fault));
    EXPECT_EQ(story.cycle, 431U);
}

TEST(CycleStory, OfAHangShowsWhatWasOverdueAndTheKill) {
    const cycle_story story = story_of(to_json_value(testing_page::hung(431)));
    const story_lane& server = story.lanes.front();
    EXPECT_TRUE(has_mark(server, mark_kind::stop));
    EXPECT_TRUE(has_mark(server, mark_kind::kill));
    EXPECT_EQ(server.spans.back().kind, span_kind::overdue);
    EXPECT_EQ(story.stop_ms, 2000.0);
    EXPECT_EQ(story.deadline_ms, 5000.0);
    EXPECT_THAT(story.hang, HasSubstr("lost wakeup"));
    EXPECT_THAT(story.last_words, HasSubstr("stopping"));
}

TEST(CycleStory, OfAGoodStopHasNothingOverdue) {
    const cycle_story story = story_of(to_json_value(testing_page::stopped(3, 40ms)));
    EXPECT_EQ(story.lanes.front().spans.back().kind, span_kind::stopping);
    EXPECT_FALSE(has_mark(story.lanes.front(), mark_kind::kill));
    EXPECT_TRUE(story.hang.empty());
}

connections_held_at look_at(duration at, std::vector<connection_id> open) {
    connections_held_at seen;
    seen.at = at;
    seen.count = open.size();
    for (const connection_id id : open) {
        held_at& held = seen.rows.emplace_back();
        held.client.id = id;
        held.client.purpose = "load";
        held.client.opened = 700ms;
    }
    return seen;
}

// Goal: a connection that was gone before the listener is not drawn until the kill.
TEST(CycleStory, DrawsNoConnectionLongerThanItWasSeen) {
    cycle_record record = testing_page::hung(1);
    record.stop.behind.clear();
    record.stop.held_before_trigger = look_at(1990ms, {7, 8});
    record.stop.held_at_listener_gone = look_at(2100ms, {8});
    const cycle_story story = story_of(to_json_value(record));
    ASSERT_EQ(story.lanes.size(), 5U);
    EXPECT_EQ(story.lanes[3].name, "connection 7");
    EXPECT_EQ(story.lanes[3].spans.front().to_ms, 2100.0);
    EXPECT_EQ(story.lanes[3].spans.front().what, "load, closed");
    EXPECT_EQ(story.lanes[4].name, "connection 8");
    EXPECT_EQ(story.lanes[4].spans.front().to_ms, story.total_ms);
    record.stop.held_at_listener_gone->count = 300;  // of which most are not written down
    EXPECT_EQ(story_of(to_json_value(record)).lanes[3].spans.front().to_ms, story.total_ms);
}

TEST(CycleStory, HasTheProofsOfItsFaults) {
    const cycle_story story = story_of(to_json_value(testing_page::hung(431)));
    ASSERT_EQ(story.faults.size(), 1U);
    EXPECT_EQ(story.faults[0].kind, "reset");
    EXPECT_EQ(story.faults[0].where, "connection 3");
    EXPECT_EQ(story.faults[0].proof, "RST sent & seen in <ESTABLISHED>");
    cycle_record many = testing_page::hung(431);
    many.faults.front().injections.resize(9, many.faults.front().injections.front());
    EXPECT_EQ(story_of(to_json_value(many)).faults.size(), cycle_story::faults_max);
    EXPECT_EQ(story_of(to_json_value(many)).faults_left_out, 5U);
}

TEST(CycleStory, OfAShardMayBeInItsFolder) {
    cycle_record record = testing_page::hung(3);
    record.output.path = "/out/shard-2-1/cycles/salvo.idle/3/server.log";
    EXPECT_THAT(evidence_folders_of(to_json_value(record)),
                testing::ElementsAre("shard-2-1/cycles/salvo.idle/3", "cycles/salvo.idle/3"));
    record.output.path.clear();
    EXPECT_THAT(evidence_folders_of(to_json_value(record)), testing::IsEmpty());
}

TEST(CycleStory, KnowsTheFolderBesideThePage) {
    const cycle_story story = story_of(to_json_value(testing_page::hung(431)));
    EXPECT_EQ(story.folder, "cycles/salvo.idle/431");
}

TEST(CycleStory, IsBounded) {
    cycle_record record = testing_page::hung(1);
    record.stop.behind.resize(200, record.stop.behind.front());
    connection_id id = 10;
    for (connection_row& row : record.stop.behind) {
        row.id = id++;
    }
    const cycle_story story = story_of(to_json_value(record));
    EXPECT_EQ(story.lanes.size(), 2 + cycle_story::connections_max);
    EXPECT_EQ(story.connections_left_out, 201 - cycle_story::connections_max);
}

}  // namespace
}  // namespace stormdrain::page
