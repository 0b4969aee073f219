#include "harness/report/page/timeline.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string drawn(const cycle_record& record) {
    const cycle_story story = story_of(to_json_value(record));
    return draw_timeline(story, whole_of(story), 1060);
}

TEST(Timeline, NamesTheInstantsThatMatter) {
    const std::string picture = drawn(testing_page::hung(431));
    for (const char* const words : {"stop: SIGTERM 2 s", "deadline 5 s", "SIGKILL 5.3 s",
                                    "listener closed", "connection 3", "overdue"}) {
        EXPECT_THAT(picture, HasSubstr(words));
    }
}

TEST(Timeline, TellsTheProofOfEachFault) {
    EXPECT_THAT(drawn(testing_page::hung(431)),
                HasSubstr("reset: RST sent &amp; seen in &lt;ESTABLISHED&gt; at 1.5 s"));
}

TEST(Timeline, OfALongCycleIsDrawnAroundTheStopAsWell) {
    const cycle_story story = story_of(to_json_value(testing_page::hung(431)));
    const std::optional<time_window> near = around_stop(story);
    ASSERT_TRUE(near);
    EXPECT_EQ(near->from_ms, 1900);
    EXPECT_EQ(near->to_ms, 2100);
    const std::string picture = draw_timeline(story, *near, 1060);
    EXPECT_THAT(picture, HasSubstr("listener closed"));
    EXPECT_THAT(picture, Not(HasSubstr("SIGKILL"))) << "it came later";
    cycle_story brief = story;
    brief.total_ms = 500;
    EXPECT_FALSE(around_stop(brief));
}

TEST(Timeline, OfAGoodStopNamesNoDeadlineThatItNeverReached) {
    const std::string picture = drawn(testing_page::stopped(1, std::chrono::milliseconds(40)));
    EXPECT_THAT(picture, Not(HasSubstr("deadline")));
    EXPECT_THAT(picture, Not(HasSubstr("overdue")));
}

}  // namespace
}  // namespace stormdrain::page
