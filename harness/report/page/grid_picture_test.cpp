#include "harness/report/page/grid_picture.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

TEST(GridPicture, HasTheWordOfEveryCell) {
    const run_results results = testing_results::with_grid();
    const std::string picture = draw_grid(grids_of(results).front(), 1060);
    for (const char* const words :
         {">RED<", ">ok<", ">?<", ">known<", ">-<", "idle keep alive", "before first byte"}) {
        EXPECT_THAT(picture, testing::HasSubstr(words));
    }
}

}  // namespace
}  // namespace stormdrain::page
