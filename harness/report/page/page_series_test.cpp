#include "harness/report/page/page_series.hpp"

#include "harness/report/page/page_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using namespace testing_page;

TEST(PageSeries, GathersTheStopsOfEachScenario) {
    const page_series series = rare_hang(700);
    const scenario_series* const found = series.find(red_id);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->stops.count(), 700U);
    EXPECT_EQ(found->not_over_count, 3U);
    EXPECT_EQ(found->red_count, 3U);
    EXPECT_EQ(found->promised_ms.max, 1000);
    EXPECT_EQ(found->judged_after_ms.min, 3000);
    EXPECT_EQ(found->requests_count, 700U * 20);
    EXPECT_EQ(series.find("other"), nullptr);
}

TEST(PageSeries, TakesABrokenCycleForTheWorst) {
    const page_series series = rare_hang(700);
    ASSERT_TRUE(series.find(red_id)->worst);
    EXPECT_EQ(series.find(red_id)->worst->cycle, 431U);
    EXPECT_TRUE(series.find(red_id)->worst_is_red);
}

TEST(PageSeries, TakesTheLongestStopWhereAllWereKept) {
    page_series series;
    for (const std::uint32_t index : {1U, 2U, 3U}) {
        const duration took = index == 2 ? 90ms : 20ms;
        series.take(line_of("a", stopped(index, took), judgement::kind::kept));
    }
    ASSERT_TRUE(series.find("a")->worst);
    EXPECT_EQ(series.find("a")->worst->cycle, 2U);
    EXPECT_FALSE(series.find("a")->worst_is_red);
}

TEST(PageSeries, ReadsOnWhereItStopped) {
    const temporary_folder folder;
    const std::string path = folder.file("results.jsonl");
    const std::string first = line_of("a", stopped(1, 20ms), judgement::kind::kept);
    const std::string second = line_of("a", stopped(2, 20ms), judgement::kind::kept);
    page_series series;
    series.read_on(path);
    EXPECT_EQ(series.find("a"), nullptr) << "there is no file yet";
    std::ofstream(path) << "{\"kind\":\"header\"}\n" << first << "\n" << second.substr(0, 50);
    series.read_on(path);
    EXPECT_EQ(series.find("a")->stops.count(), 1U) << "the second is still being written";
    std::ofstream(path, std::ios::app) << second.substr(50) << "\n";
    series.read_on(path);
    EXPECT_EQ(series.find("a")->stops.count(), 2U);
}

TEST(PageSeries, HasNothingOfCyclesThatWereRepeatedNorOfOtherLines) {
    page_series series;
    std::ostringstream out;
    json_lines(out).cycle("a", stopped(1, 20ms), {});
    series.take(out.str());
    series.take("not JSON");
    series.take("{\"kind\":\"cycle\",\"outcomes\":\"k\"}");
    series.take("{\"kind\":\"cycle\"}");
    series.take("{\"kind\":5}");
    series.take("[]");
    EXPECT_EQ(series.find("a"), nullptr);
}

TEST(PageSeries, FollowsTheDescriptorsOfOneProcess) {
    page_series series;
    for (std::uint32_t index = 0; index < 30; ++index) {
        cycle_record record = stopped(index, 20ms);
        record.in_process = true;
        record.id.process_number = index < 20 ? 1 : 2;
        census& held = record.rest.at_rest.emplace();
        held.processes.emplace_back().descriptors.resize(10 + index);
        series.take(line_of("a", record, judgement::kind::kept));
    }
    const life_points& life = series.find("a")->longest_life;
    EXPECT_EQ(life.process_number, 1U);
    ASSERT_EQ(life.descriptors.size(), 20U);
    EXPECT_EQ(life.descriptors.back().y, 29);
}

TEST(LifePoints, KeepEverySecondWhenThereIsNoRoom) {
    life_points life;
    for (int i = 0; i < 5000; ++i) {
        life.add({double(i), 1});
    }
    EXPECT_LE(life.descriptors.size(), life_points::points_max);
    for (std::size_t i = 1; i < life.descriptors.size(); ++i) {
        EXPECT_EQ(life.descriptors[i].x - life.descriptors[i - 1].x, double(life.every));
    }
}

TEST(TimeHistogram, KnowsQuantilesToTheWidthOfABin) {
    time_histogram times;
    for (int i = 0; i < 99; ++i) {
        times.add(20);
    }
    times.add(5000);
    EXPECT_NEAR(times.quantile_ms(0.5), 20, 2);
    EXPECT_NEAR(times.quantile_ms(1), 5000, 500);
    EXPECT_LE(times.quantile_ms(1), 5000) << "never more than was seen";
    ASSERT_EQ(times.tail().size(), 2U);
    EXPECT_DOUBLE_EQ(times.tail()[0].share_slower, 1);
    EXPECT_DOUBLE_EQ(times.tail()[1].share_slower, 0.01);
}

}  // namespace
}  // namespace stormdrain::page
