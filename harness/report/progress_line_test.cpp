#include "harness/report/progress_line.hpp"

#include "harness/report/text_width.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

run_progress some_progress() {
    run_progress of;
    of.elapsed = 2h + 14min + 7s;
    of.done_count = 6240;
    of.planned_count = 20000;
    of.red_count = 3;
    of.scenario = "salvo/shutdown/reset_under_load/load=one,log_sink=pipe";
    return of;
}

TEST(ProgressLine, SaysAllOfItWhereThereIsRoom) {
    EXPECT_EQ(progress_line(some_progress(), 0),
              "02:14:07  31%  6240/20000 cycles  3 red  "
              "salvo/shutdown/reset_under_load/load=one,log_sink=pipe  0.775/s  eta 04:55:44");
    EXPECT_EQ(progress_line(some_progress(), 200), progress_line(some_progress(), 0));
}

TEST(ProgressLine, KeepsTheEndOfANameWhichTellsItFromOthers) {
    EXPECT_EQ(progress_line(some_progress(), 100),
              "02:14:07  31%  6240/20000 cycles  3 red  "
              "...under_load/load=one,log_sink=pipe  0.775/s  eta 04:55:44");
}

TEST(ProgressLine, DoesWithoutTheNameBeforeTheNumbers) {
    const std::string narrow = progress_line(some_progress(), 62);
    EXPECT_THAT(narrow, Not(HasSubstr("salvo")));
    EXPECT_THAT(narrow, HasSubstr("3 red"));
    EXPECT_THAT(narrow, EndsWith("eta 04:55:44"));
    EXPECT_EQ(progress_line(some_progress(), 40), "02:14:07  6240/20000 cycles  3 red");
}

TEST(ProgressLine, IsNeverWiderThanTheTerminal) {
    run_progress of = some_progress();
    of.scenario = "salvo/\u6c34\u9053/\u6c34\u9053\u6c34\u9053\u6c34\u9053\u6c34\u9053";
    for (std::size_t columns = 1; columns < 140; ++columns) {
        EXPECT_LE(columns_of(progress_line(of, columns)), columns);
    }
}

TEST(ProgressLine, EndsWithTheBudgetIfThatIsSooner) {
    run_progress of = some_progress();
    of.budget = 3h;
    EXPECT_THAT(progress_line(of, 0), EndsWith("  eta 00:45:53"));
    of.budget = 1h;
    EXPECT_THAT(progress_line(of, 0), EndsWith("  eta 00:00:00"));
}

TEST(ProgressLine, OfMoreCyclesThanPlannedHasNoEnd) {
    run_progress of = some_progress();
    of.done_count = 30000;
    EXPECT_THAT(progress_line(of, 0), Not(HasSubstr("eta")));
}

}  // namespace
}  // namespace stormdrain
