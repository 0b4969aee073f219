#include "harness/report/page/kept_files.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using namespace testing_page;
using testing::HasSubstr;
using testing::Not;

std::string written(const scenario_series& series, const folder_listing& files_in) {
    std::ostringstream out;
    write_kept(out, series, files_in);
    return out.str();
}

std::vector<std::string> nothing(const std::string&) {
    return {};
}

TEST(KeptFiles, AreLinksThatLeadThere) {
    const page_series series = rare_hang(640);
    const auto files_in = [](const std::string& folder) -> std::vector<std::string> {
        if (folder == "cycles/salvo.idle/531") {
            return {"server.log", "hang.txt", "a \"b\".pcapng"};
        }
        return {};
    };
    const std::string table = written(*series.find(red_id), files_in);
    EXPECT_THAT(table, HasSubstr("<a href=\"cycles/salvo.idle/531/hang.txt\">hang.txt</a>"));
    EXPECT_THAT(table, HasSubstr("/531/a%20%22b%22.pcapng\">a &quot;b&quot;.pcapng</a>"));
    EXPECT_THAT(table, HasSubstr("not beside this page: <code>cycles/salvo.idle/631</code>"));
    EXPECT_THAT(table, HasSubstr("<td>shutdown_deadline</td><td>not over after 3.3 s</td>"));
}

TEST(KeptFiles, OfTheCycleThatIsDrawnComeFirst) {
    page_series series;
    series.take(line_of(red_id, hung(3), judgement::kind::broken));
    cycle_record longer = hung(7);
    longer.stop.escalations.front().at += 1s;
    series.take(line_of(red_id, longer, judgement::kind::broken));
    const std::string table = written(*series.find(red_id), nothing);
    EXPECT_LT(table.find("idle/7<"), table.find("idle/3<"));
}

TEST(KeptFiles, OfMergedShardsAreFoundInTheirFolders) {
    page_series series;
    cycle_record record = hung(3);
    record.output.path = "/out/shard-2-1/cycles/salvo.idle/3/server.log";
    series.take(line_of(red_id, record, judgement::kind::broken));
    const std::string table = written(*series.find(red_id), [](const std::string& folder) {
        return folder.starts_with("shard-2-1/") ? std::vector<std::string>{"hang.txt"}
                                                : std::vector<std::string>{};
    });
    EXPECT_THAT(table, HasSubstr("href=\"shard-2-1/cycles/salvo.idle/3/hang.txt\""));
}

TEST(KeptFiles, AreNamedUpToABound) {
    page_series series;
    for (std::uint32_t index = 0; index < 40; ++index) {
        series.take(line_of(red_id, hung(index), judgement::kind::broken));
    }
    EXPECT_EQ(series.find(red_id)->kept.size(), 20U) << "of the others nothing is kept";
    const std::string table = written(*series.find(red_id), [](const std::string&) {
        return std::vector<std::string>(300, "core");
    });
    EXPECT_THAT(table, HasSubstr("290 more"));
    EXPECT_THAT(table, HasSubstr("12 more: <code>cycles/salvo.idle</code>"));
}

TEST(KeptFiles, OfAGreenScenarioAreNone) {
    page_series series;
    series.take(line_of(red_id, stopped(1, 90ms), judgement::kind::kept));
    EXPECT_EQ(written(*series.find(red_id), nothing), "");
}

}  // namespace
}  // namespace stormdrain::page
