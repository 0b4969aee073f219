#include "harness/report/history_folder.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/config/problem.hpp"
#include "harness/report/results_builder.hpp"
#include "harness/report/text.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

night some_night(std::string began, std::uint32_t number = 3) {
    night one;
    one.number = number;
    one.began = std::move(began);
    one.findings = {{"salvo-0_63",
                     "shutdown_deadline",
                     "3f2a91bc",
                     {5, 60},
                     {"shutdown_race/slow_log"},
                     "it was \"not\" over"}};
    return one;
}

class HistoryFolder : public testing::Test {
protected:
    std::string where() const { return folder_.file("history"); }
    std::string a_file() const {
        return std::filesystem::directory_iterator(where())->path().string();
    }
    void write(const std::string& file, const std::string& text) const {
        std::filesystem::create_directories(where());
        std::ofstream(where() + "/" + file) << text;
    }
    std::string complaint() const {
        try {
            read_history(where());
        } catch (const config_error& wrong) {
            return to_text(wrong.problems().front());
        }
        return "none";
    }

    temporary_folder folder_;
};

TEST_F(HistoryFolder, IsNotMadeByWhoOnlyLooks) {
    EXPECT_THROW(history_before(where(), facts()), environment_error);
    EXPECT_FALSE(std::filesystem::exists(where()));
    read_history(where());
    EXPECT_THAT(history_before(where(), facts()).nights, IsEmpty());
}

// Goal: results that are reported once more are told what their run was told.
TEST_F(HistoryFolder, OfARunEndsWhereItBegan) {
    read_history(where());
    run_facts other = facts();  // in the same second
    other.run_seed = 7;
    write_night(where(), some_night(utc_text(other.began), 1), other);
    write_night(where(), some_night(utc_text(facts().began), 2), facts());
    run_facts later = facts();
    later.began += std::chrono::hours(24);
    write_night(where(), some_night(utc_text(later.began), 3), later);
    const finding_history then = history_before(where(), facts());
    ASSERT_THAT(then.nights, SizeIs(1));
    EXPECT_EQ(then.nights.front().number, 1U);
    EXPECT_THAT(history_before(where(), later).nights, SizeIs(2));
}

TEST_F(HistoryFolder, ReadsWhatItWrote) {
    EXPECT_THAT(read_history(where()).nights, IsEmpty()) << "it begins empty";
    write_night(where(), some_night("2026-11-20T02:17:00"), facts());
    write_night(where(), some_night("2026-11-19T02:17:00", 2), facts());
    EXPECT_THAT(read_history(where()).nights,
                testing::ElementsAre(some_night("2026-11-19T02:17:00", 2),
                                     some_night("2026-11-20T02:17:00")));
}

TEST_F(HistoryFolder, TakesTheSameRunForOneNight) {
    read_history(where());
    write_night(where(), some_night("2026-11-20T02:17:00"), facts());
    write_night(where(), some_night("2026-11-20T02:17:00"), facts());
    EXPECT_THAT(read_history(where()).nights, SizeIs(1));
    run_facts other = facts();
    other.command += " --out elsewhere";
    write_night(where(), some_night("2026-11-20T02:17:00"), other);
    EXPECT_THAT(read_history(where()).nights, SizeIs(2)) << "two runs, in the same second";
}

TEST_F(HistoryFolder, LosesNothingOfRunsThatEndTogether) {
    read_history(where());
    std::vector<std::thread> runs;
    for (int number = 0; number < 8; ++number) {
        runs.emplace_back([this, number] {
            run_facts own = facts();
            own.run_seed = static_cast<seed>(number);
            write_night(where(), some_night("2026-11-20T02:17:00"), own);
        });
    }
    for (std::thread& run : runs) {
        run.join();
    }
    EXPECT_THAT(read_history(where()).nights, SizeIs(8));
}

TEST_F(HistoryFolder, NamesTheLineThatIsBrokenAndTouchesNothing) {
    read_history(where());
    write_night(where(), some_night("2026-11-20T02:17:00"), facts());
    write("night-20261121T021700Z-00000000.json", "{\n \"stormdrain_history\": 1,\n \"night\": x");
    EXPECT_THAT(complaint(), HasSubstr("night-20261121T021700Z-00000000.json:3:"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(where()), {}), 2);
    write("night-20261121T021700Z-00000000.json",
          "{\n \"stormdrain_history\": 2,\n \"night\": 1,\n \"began\": \"2026-11-21T02:17:00\",\n"
          " \"findings\": []\n}\n");
    EXPECT_THAT(complaint(), HasSubstr("00000000.json:2:"));
    write("night-20261121T021700Z-00000000.json",
          "{\n \"stormdrain_history\": 1,\n \"night\": 1,\n \"began\": \"yesterday\",\n"
          " \"findings\": []\n}\n");
    EXPECT_THAT(complaint(), HasSubstr("expected a time such as 2026-11-20T02:17:00"));
}

TEST_F(HistoryFolder, RefusesCountsThatCannotBe) {
    night wrong = some_night("2026-11-20T02:17:00");
    wrong.findings.front().broken = {61, 60};
    read_history(where());
    write_night(where(), wrong, facts());
    EXPECT_THAT(complaint(), HasSubstr("expected no more than judged_count"));
}

TEST_F(HistoryFolder, LeavesAloneWhatIsNotItsOwn) {
    write("README", "kept by CI");
    EXPECT_THAT(read_history(where()).nights, IsEmpty());
    write_night(where(), some_night("2026-11-20T02:17:00"), facts());
    EXPECT_TRUE(std::filesystem::exists(where() + "/README"));
}

TEST_F(HistoryFolder, ForgetsTheOldestNights) {
    const std::string night_text =
        "{\"stormdrain_history\": 1, \"night\": 1, \"began\": \"2025-01-01T00:00:00\", "
        "\"findings\": []}";
    for (std::size_t i = 0; i < finding_history::nights_max; ++i) {
        const std::string number = std::to_string(10'000 + i);
        write("night-20250101T0" + number + "Z-00000000.json", night_text);
    }
    write_night(where(), some_night("2026-11-20T02:17:00"), facts());
    const finding_history history = read_history(where());
    EXPECT_EQ(history.nights.size(), finding_history::nights_max);
    EXPECT_EQ(history.nights.back(), some_night("2026-11-20T02:17:00"));
    EXPECT_FALSE(std::filesystem::exists(where() + "/night-20250101T010000Z-00000000.json"));
}

TEST_F(HistoryFolder, SaysThatItCannotBeUsed) {
    std::ofstream(folder_.file("file")) << "";
    EXPECT_THROW(read_history(folder_.file("file") + "/history"), environment_error);
    EXPECT_THROW(read_history(folder_.file("file")), environment_error);
}

}  // namespace
}  // namespace stormdrain
