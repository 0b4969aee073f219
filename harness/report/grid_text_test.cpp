#include "harness/report/grid_text.hpp"

#include "harness/report/golden.hpp"
#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::HasSubstr;

std::string written(const run_results& results, const verdict_painter& painted,
                    std::size_t columns = 0) {
    std::ostringstream out;
    write_grid_text(out, results, columns, painted);
    return out.str();
}

std::string plain(std::string_view word, verdict /*outcome*/) {
    return std::string(word);
}

TEST(GridText, IsATableAndALineForEachCellThatIsNotGreen) {
    expect_golden("grid.console.txt", written(with_grid(), plain));
}

TEST(GridText, ThatIsWiderThanTheTerminalIsWrittenInParts) {
    const std::string text = written(with_grid(), plain, 30);
    EXPECT_LT(text.find("silent           ok"), text.find("silent           RED"));
    std::istringstream lines(text.substr(0, text.find("ok: kept")));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 30U) << line;
    }
}

TEST(GridText, IsNothingWithoutAGrid) {
    EXPECT_EQ(written(mixed(), plain), "");
}

TEST(GridText, PaintsWordsAndKeepsTheColumnsInLine) {
    const auto bracketed = [](std::string_view word, verdict outcome) {
        return "<" + std::string(to_text(outcome)) + ">" + std::string(word);
    };
    const std::string text = written(with_grid(), bracketed);
    EXPECT_THAT(text, HasSubstr("silent           <pass>ok     <fail>RED"));
}

}  // namespace
}  // namespace stormdrain
