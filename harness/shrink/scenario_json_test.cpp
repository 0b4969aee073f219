#include "harness/shrink/scenario_json.hpp"

#include "harness/plan/readers/suite_reader.hpp"
#include "harness/shrink/edits.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace stormdrain {
namespace {

using testing::IsEmpty;

const suite_frame frame{"small", "", {}, "only", 7};

std::vector<std::shared_ptr<const suite>> all_suites() {
    const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
    std::vector<std::shared_ptr<const suite>> suites;
    for (const auto& entry : std::filesystem::directory_iterator(here / "../../suites")) {
        if (entry.path().extension() == ".json") {
            std::vector<problem> problems;
            suites.push_back(read_suite(entry.path().string(), problems));
            EXPECT_THAT(problems, IsEmpty()) << entry.path();
        }
    }
    return suites;
}

// Goal: shrinking begins from what the suite says, whatever key it says it with.
TEST(ScenarioJson, IsReadAgainAsWhatItWas) {
    std::size_t scenarios_count = 0;
    for (const std::shared_ptr<const suite>& each : all_suites()) {
        for (const scenario& what : each->scenarios) {
            if (!what.excluded_because.empty()) {
                continue;
            }
            SCOPED_TRACE(each->name + "/" + what.name);
            const std::string meaning = meaning_of(what);
            const auto again = read_scenario(frame, meaning, "/again.json");
            ASSERT_NE(again, nullptr) << suite_text(frame, meaning);
            EXPECT_EQ(meaning_of(again->scenarios.front()), meaning);
            EXPECT_EQ(again->scenarios.front().load, what.load);
            EXPECT_EQ(again->scenarios.front().cycles_count, 7U);
            ++scenarios_count;
        }
    }
    EXPECT_GT(scenarios_count, 200U);
}

TEST(ScenarioJson, IsAFewLinesOnceWhatGoesWithoutSayingIsOut) {
    const auto read =
        read_scenario(frame,
                      R"({"load": {"clients": 1, "requests": 1, "after_stop": "close"},
            "faults": [{"kind": "slow_log_sink", "chunk": "256B"}], "stop": {"at": "last_close"}})",
                      "/small.json");
    ASSERT_NE(read, nullptr);
    const std::string meaning = meaning_of(read->scenarios.front());
    const std::string least = shortest(meaning, [&](const std::string& text) {
        const auto candidate = read_scenario(frame, text, "/small.json");
        return candidate && meaning_of(candidate->scenarios.front()) == meaning;
    });
    EXPECT_EQ(suite_text({"small", "", {"/a/target.json"}, "only", 7}, least), R"({
    "stormdrain": 1,
    "name": "small",
    "targets": ["/a/target.json"],
    "scenarios": [
        {
            "name": "only",
            "cycles": 7,
            "load": {"clients": 1, "requests": 1, "after_stop": "close"},
            "faults": [{"kind": "slow_log_sink", "chunk": "256B"}],
            "stop": {"at": "last_close"}
        }
    ]
}
)");
}

TEST(ScenarioJson, OfWhatTheStrictReaderRefusesIsNothing) {
    EXPECT_EQ(read_scenario(frame, R"({"stop": {"at": "mid_response"}})", "/small.json"), nullptr)
        << "its moment needs a load";
    EXPECT_EQ(read_scenario(frame, R"({"laod": {}})", "/small.json"), nullptr);
}

}  // namespace
}  // namespace stormdrain
