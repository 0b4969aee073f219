#include "harness/report/page/timeline.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string drawn(const cycle_record& record) {
    return draw_timeline(story_of(to_json_value(record)), 1060);
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

TEST(Timeline, OfAGoodStopNamesNoDeadlineThatItNeverReached) {
    const std::string picture = drawn(testing_page::stopped(1, std::chrono::milliseconds(40)));
    EXPECT_THAT(picture, Not(HasSubstr("deadline")));
    EXPECT_THAT(picture, Not(HasSubstr("overdue")));
}

}  // namespace
}  // namespace stormdrain::page
