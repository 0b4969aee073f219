#include "ci/acceptance/matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stormdrain::acceptance {
namespace {

using testing::HasSubstr;

matrix_row detected() {
    matrix_row row;
    row.record.name = "lost_wakeup";
    row.record.origin = "salvo-rs/salvo#764";
    row.record.suite = "shutdown_race";
    row.record.scenario = "last_close";
    row.record.expects = "shutdown_deadline";
    row.record.cycles_count = 30;
    row.found.failed = {"shutdown_deadline"};
    row.found.first_cycle = 3;
    row.found.cycles_count = 3;
    row.twin = "target.json";
    row.twin_found.cycles_count = 30;
    return row;
}

TEST(DetectionMatrix, SaysWhereADefectWasFoundAndThatItsTwinIsClean) {
    EXPECT_TRUE(is_good({detected()}));
    EXPECT_EQ(matrix_text({detected()}),
              "defect       origin              suite/scenario            expected finding   found "
              "in cycle  cycles  twin\n"
              "lost_wakeup  salvo-rs/salvo#764  shutdown_race/last_close  shutdown_deadline  3"
              "               30      clean in 30\n"
              "\n1 of 1 defects detected, 1 of 1 twins clean\n");
}

TEST(DetectionMatrix, IsMarkdownWithLinks) {
    const std::string text = matrix_markdown({detected()});
    EXPECT_THAT(text, HasSubstr("| --- | --- | --- | --- | --- | --- | --- |\n"
                                "| lost_wakeup | [salvo-rs/salvo#764](https://github.com/salvo-rs/"
                                "salvo/issues/764) | shutdown_race/last_close |"));
    matrix_row other = detected();
    other.record.origin = "a|b, and more";
    EXPECT_THAT(matrix_markdown({other}), HasSubstr("| a\\|b, and more |"));
}

TEST(DetectionMatrix, ShowsAMissAWrongFindingAndAFalseAlarm) {
    matrix_row missed = detected();
    missed.found = {};
    missed.wrong = "expected shutdown_deadline, found none";
    matrix_row wrong = detected();
    wrong.wrong = "expected only shutdown_deadline, found also port_held";
    matrix_row alarmed = detected();
    alarmed.twin_found.failed = {"exit_status", "idle_cpu"};
    alarmed.twin_wrong = "expected exit code 0, got exit code 1";
    matrix_row unjudged = detected();
    unjudged.twin_wrong = "expected exit code 0, got exit code 3";
    for (const matrix_row& row : {missed, wrong, alarmed, unjudged}) {
        EXPECT_FALSE(is_good({detected(), row}));
    }
    EXPECT_THAT(matrix_text({missed}), HasSubstr("MISSED"));
    EXPECT_THAT(matrix_text({missed}),
                HasSubstr("\nlost_wakeup: expected shutdown_deadline, found"));
    EXPECT_THAT(matrix_text({wrong}), HasSubstr("3, WRONG"));
    EXPECT_THAT(matrix_text({alarmed}), HasSubstr("FALSE ALARM: exit_status, idle_cpu\n"));
    EXPECT_THAT(matrix_text({unjudged}), HasSubstr("NOT JUDGED\n"));
    EXPECT_THAT(matrix_text({missed, alarmed}),
                HasSubstr("1 of 2 defects detected, 1 of 2 twins clean\n"));
}

TEST(DetectionMatrix, KnowsTheTwinOfADefect) {
    defect_record record;
    EXPECT_EQ(twin_of(record), "target.json");
    record.lifecycle = "in_process";
    EXPECT_EQ(twin_of(record), "in_process.json");
    record.base = "proxy";
    EXPECT_EQ(twin_of(record), "proxy.json");
}

}  // namespace
}  // namespace stormdrain::acceptance
