#include "harness/commands/stored/stored_traces.hpp"

#include "harness/report/kept_folders.hpp"
#include "harness/report/page/page_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using namespace page::testing_page;
using kind = judgement::kind;

class StoredTraces : public testing::Test {
protected:
    void add(const cycle_record& record, kind outcome) {
        lines_ << line_of(red_id, record, outcome) << "\n" << std::flush;
    }

    bool has(const std::string& name) const {
        return std::filesystem::exists(folder_.file("out/" + name));
    }

    std::size_t write() { return write_stored_traces(path_, folder_.file("out")); }

    temporary_folder folder_;
    std::string path_ = folder_.file("results.jsonl");
    std::ofstream lines_{path_};
};

TEST_F(StoredTraces, AreOfCyclesThatBrokeAPromise) {
    add(stopped(3, 40ms), kind::kept);
    add(hung(431), kind::broken);
    lines_ << R"({"kind": "footer"})"
           << "\n"
           << R"({"kind": "cyc)" << std::flush;
    EXPECT_EQ(write(), 1U);
    std::ifstream file(folder_.file("out/cycles/salvo.idle/431/trace.json"));
    EXPECT_TRUE(nlohmann::json::parse(file).contains("traceEvents"));
    EXPECT_FALSE(has("cycles/salvo.idle/3"));
}

TEST_F(StoredTraces, ShareTheFolderOfAServerThatLivesOn) {
    cycle_record later = hung(17);
    later.output.path = "/out/cycles/salvo.idle/4/server.log";
    add(later, kind::broken);
    cycle_record again = hung(5);
    again.output.path = "/out/cycles/salvo.idle/5-replay3/server.log";
    add(again, kind::broken);
    EXPECT_EQ(write(), 2U);
    EXPECT_TRUE(has("cycles/salvo.idle/4/trace-17.json"));
    EXPECT_TRUE(has("cycles/salvo.idle/5-replay3/trace.json"));
}

TEST_F(StoredTraces, AreAsManyAsARunKeeps) {
    for (std::uint32_t cycle = 0; cycle < kept_folders_max + 5; ++cycle) {
        add(hung(cycle), kind::broken);
    }
    EXPECT_EQ(write(), kept_folders_max);
}

TEST_F(StoredTraces, AreWrittenNowhereElse) {
    cycle_record forged = hung(5);
    forged.output.path = "/out/cycles/../../victim/server.log";
    add(forged, kind::broken);
    forged.output.path = "server.log";
    add(forged, kind::broken);
    EXPECT_EQ(write(), 0U);
}

TEST_F(StoredTraces, OfAFileThatIsNotThereAreNone) {
    EXPECT_EQ(write_stored_traces(folder_.file("absent"), folder_.file("out")), 0U);
}

}  // namespace
}  // namespace stormdrain
