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
