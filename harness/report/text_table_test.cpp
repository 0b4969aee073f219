#include "harness/report/text_table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace stormdrain {
namespace {

std::string written(const text_table& table, std::size_t columns) {
    std::ostringstream out;
    write_text_table(out, table, columns,
                     [](std::size_t row, std::size_t column, const std::string& cell) {
                         return row == 1 && column == 2 ? "<" + cell + ">" : cell;
                     });
    return out.str();
}

text_table some_table() {
    return {{{"scenario", "stops", "verdict"},
             {"nginx/shutdown_race/slow_log/mode=graceful,load=one", "7.18 s", "fail"},
             {"nginx/smoke/\u6c34", "-", "pass"}},
            {1}};
}

TEST(TextTable, AlignsItsColumnsWhateverIsInThem) {
    EXPECT_EQ(written(some_table(), 0),
              "scenario                                             stops   verdict\n"
              "nginx/shutdown_race/slow_log/mode=graceful,load=one  7.18 s  <fail>\n"
              "nginx/smoke/\u6c34                                       -       pass\n");
}

TEST(TextTable, CutsNamesBeforeItLeavesAnythingOut) {
    EXPECT_EQ(written(some_table(), 50),
              "scenario                           stops   verdict\n"
              "...low_log/mode=graceful,load=one  7.18 s  <fail>\n"
              "nginx/smoke/\u6c34                     -       pass\n");
}

TEST(TextTable, DoesWithoutColumnsWhereThereIsNoRoom) {
    EXPECT_EQ(written(some_table(), 44),
              "scenario                             verdict\n"
              ".../slow_log/mode=graceful,load=one  <fail>\n"
              "nginx/smoke/\u6c34                       pass\n");
}

}  // namespace
}  // namespace stormdrain
