#include "harness/commands/stored/report_files.hpp"

#include "harness/report/results_builder.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace stormdrain {
namespace {

TEST(ReportFiles, AreThoseThatTheRunHas) {
    const temporary_folder folder;
    const report_files reports = reports_in(folder.path(), "");
    reports.write(testing_results::with_grid(), {});
    for (const char* const name : {"junit.xml", "grid.html", "summary.md", "report.html"}) {
        EXPECT_TRUE(std::filesystem::exists(folder.file(name))) << name;
    }
    EXPECT_THAT(names_of(reports, testing_results::with_grid()), testing::HasSubstr("grid.html"));
    std::ofstream(folder.file("junit-2.xml")) << "of a larger run";
    reports.write(testing_results::mixed(), {});
    EXPECT_FALSE(std::filesystem::exists(folder.file("grid.html"))) << "of an earlier run";
    EXPECT_FALSE(std::filesystem::exists(folder.file("junit-2.xml"))) << "of an earlier run";
}

TEST(ReportFiles, JUnitMayGoElsewhere) {
    const temporary_folder folder;
    EXPECT_EQ(reports_in("x", folder.file("a.xml")).junit, folder.file("a.xml"));
    EXPECT_EQ(reports_in("x", "").junit, "x/junit.xml");
}

}  // namespace
}  // namespace stormdrain
