#include "harness/report/page/defect_section.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using namespace testing_page;
using testing::HasSubstr;
using testing::Not;

TEST(DefectSection, LinksTheFilesOfTheWorstCycle) {
    std::ostringstream out;
    write_defects(out, testing_results::mixed(), rare_hang(440), files_kept);
    EXPECT_THAT(out.str(), HasSubstr("<a href=\"cycles/salvo.idle/431/hang.txt\">"));
    EXPECT_THAT(out.str(), HasSubstr("stopping &lt;now&gt;"));
}

TEST(DefectSection, TellsSinceWhenWhereThereIsAHistory) {
    run_results results = testing_results::mixed();
    results.stories.emplace();
    std::ostringstream out;
    write_defects(out, results, {}, files_kept);
    EXPECT_THAT(out.str(), HasSubstr("identity 3f2a91bc: new"));
}

TEST(DefectSection, HasWordsWhereThereAreNoPictures) {
    std::ostringstream out;
    write_defects(out, testing_results::mixed(), {}, files_kept);
    EXPECT_THAT(out.str(), HasSubstr("See it again"));
    EXPECT_THAT(out.str(), Not(HasSubstr("second by second")));
}

}  // namespace
}  // namespace stormdrain::page
