#include "harness/plan/readers/suite_reader.hpp"

#include "harness/plan/readers/suite_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::NotNull;
using testing::Optional;
using testing::SizeIs;

TEST_F(SuiteReader, ExpandsTheMatrixUnderStableNames) {
    const auto what = read(good_suite);
    ASSERT_THAT(without_file(problems_), IsEmpty());
    EXPECT_THAT(what->scenarios, SizeIs(22));
    EXPECT_EQ(what->scenarios.at(0).name,
              "grid/at=during_load,mode=graceful,load=plain,faults=reset+silent");
    const scenario& last = what->scenarios.at(15);
    EXPECT_EQ(last.name, "grid/at=last_close,mode=fast,load=tls,faults=none");
    EXPECT_EQ(last.stop.at, stop_moment::last_close);
    EXPECT_EQ(last.stop.mode, "fast");
    EXPECT_THAT(last.load->routes, ElementsAre("delayed"));
    EXPECT_THAT(last.faults, IsEmpty());
    EXPECT_EQ(what->scenarios.at(16).name, "inline");
    EXPECT_EQ(what->scenarios.at(17).name, "bare");
}

TEST_F(SuiteReader, ReadsEveryKey) {
    const auto what = read(good_suite);
    ASSERT_THAT(what, NotNull());
    EXPECT_EQ(what->name, "moments");
    EXPECT_EQ(what->description, "d");
    EXPECT_EQ(what->file, folder_.file("suite.json"));
    const std::filesystem::path parent = std::filesystem::path(folder_.path()).parent_path();
    EXPECT_THAT(what->target_files, ElementsAre(parent / "servers/a.json", "/b.json"));
    const scenario& first = what->scenarios.at(0);
    EXPECT_EQ(first.description, "e");
    EXPECT_EQ(first.line, 19);
    EXPECT_THAT(first.tags, ElementsAre("nightly"));
    EXPECT_EQ(first.cycles_count, 2U);
    EXPECT_THAT(first.budget, Optional(duration(30s)));
    EXPECT_THAT(first.exit_within, Optional(duration(500ms)));
    EXPECT_EQ(first.lifecycle, target_lifecycle::process);
    EXPECT_EQ(what->scenarios.back().lifecycle, std::nullopt);
    load_profile wanted;
    wanted.clients_count = 4;
    wanted.requests_per_client = 50;
    wanted.requests_per_connection = 1;
    wanted.think_time = 5ms;
    wanted.after = after_stop::stay_idle;
    EXPECT_EQ(first.load, wanted);
    EXPECT_EQ(first.stop.between_min, 5ms);
    EXPECT_EQ(first.stop.between_max, 20ms);
    const fault_use& reset = first.faults.at(0);
    EXPECT_EQ(reset.name, "reset");
    EXPECT_EQ(reset.kind, "connection_reset");
    EXPECT_EQ(reset.share, 0.25);
    EXPECT_EQ(reset.connections_count, 0U);
    EXPECT_EQ(reset.times, 3U);
    EXPECT_EQ(reset.what->point(), strike_point::request_headers);
    EXPECT_EQ(first.faults.at(1).port, "raw");
    EXPECT_EQ(first.faults.at(1).connections_count, 7U);
    const scenario& written_out = what->scenarios.at(16);
    EXPECT_EQ(written_out.faults.at(1).name, "half_close");
    EXPECT_EQ(written_out.faults.at(2).name, "idle");
    EXPECT_EQ(written_out.cycles_count, 5U);
    EXPECT_THAT(written_out.budget, Optional(duration(10min)));
    ASSERT_THAT(what->included, SizeIs(1));
    EXPECT_EQ(what->included.front()->name, "other");
    EXPECT_THAT(what->included.front()->scenarios, SizeIs(2));
}

TEST_F(SuiteReader, FillsInWhatIsNotSaid) {
    const auto what = read(good_suite);
    ASSERT_THAT(what, NotNull());
    // A fault strikes the port of the load, when it names none.
    EXPECT_EQ(what->scenarios.at(0).faults.at(0).port, "http");
    EXPECT_EQ(what->scenarios.at(2).faults.at(0).port, "https");
    // Only moments with an offset have one.
    EXPECT_EQ(what->scenarios.at(15).stop.between_max, 0s);
    EXPECT_EQ(what->scenarios.at(16).stop.between_max, 50ms);
    const scenario& bare = what->scenarios.at(17);
    EXPECT_EQ(bare.load, std::nullopt);
    EXPECT_EQ(bare.stop.mode, "graceful");
    EXPECT_EQ(bare.stop.at, stop_moment::at_rest);
}

TEST_F(SuiteReader, VariesWhereTheOutputGoes) {
    const auto what = read(R"({"stormdrain": 1, "name": "s", "scenarios": [
        {"name": "a", "matrix": {"log_sink": ["devnull", "pty"]}}, {"name": "b"}]})");
    ASSERT_THAT(what, NotNull());
    EXPECT_EQ(what->scenarios.at(0).name, "a/log_sink=devnull");
    EXPECT_EQ(what->scenarios.at(0).log_sink, output_sink::nothing);
    EXPECT_EQ(what->scenarios.at(1).log_sink, output_sink::terminal);
    EXPECT_EQ(what->scenarios.at(2).log_sink, output_sink::pipe);
}

TEST_F(SuiteReader, HoldsBackOnlyWhatGoesThroughAPipe) {
    EXPECT_EQ(read(R"({"stormdrain": 1, "name": "s", "scenarios": [
{"name": "a", "log_sink": "pty", "faults": [{"kind": "slow_log_sink"}]}]})"),
              nullptr);
    EXPECT_THAT(without_file(problems_),
                ElementsAre("2:27 /scenarios/0/log_sink: expected 'pipe', a fault holds the log "
                            "back (a)"));
}

TEST_F(SuiteReader, BoundsTheMatrixAndItsNames) {
    std::string rows;
    for (int count = 0; count < 40; ++count) {
        const std::string number = std::to_string(count);
        rows += (rows.empty() ? "\"m" : ",\"m") + number + "\"";
    }
    std::string loads;
    std::string names;
    for (int count = 0; count < 40; ++count) {
        const std::string name = "\"" + std::string(3, 'l') + std::to_string(count) + "\"";
        loads += (loads.empty() ? "" : ",") + name + ":{}";
        names += (names.empty() ? "" : ",") + name;
    }
    EXPECT_EQ(read("{\"stormdrain\":1,\"name\":\"s\",\"loads\":{" + loads +
                   "},\"scenarios\":[\n{\"name\":\"a\",\"matrix\":{\"stop.mode\":[" + rows +
                   "],\"load\":[" + names + "]}}]}"),
              nullptr);
    EXPECT_THAT(without_file(problems_),
                ElementsAre("2:22 /scenarios/0/matrix: expected at most 1000 combinations, got "
                            "more"));

    EXPECT_EQ(read(R"({"stormdrain": 1, "name": "s",
"faults": {"a234567890123456789012345678901234567890": {"kind": "silent_connection"}},
"scenarios": [{"name": "n", "matrix": {"faults": [[
"a234567890123456789012345678901234567890", "a234567890123456789012345678901234567890",
"a234567890123456789012345678901234567890", "a234567890123456789012345678901234567890"]]}}]})"),
              nullptr);
    EXPECT_THAT(without_file(problems_), ElementsAre(testing::StartsWith(
                                             "3:24 /scenarios/0/name: expected at most 150 "
                                             "characters with the matrix' suffixes (n/faults=")));
}

TEST_F(SuiteReader, FindsSuitesByName) {
    write("smoke.json", "{}");
    const std::vector<std::string> folders{folder_.file("absent"), folder_.path()};
    EXPECT_THAT(find_suite("smoke", folders, problems_), Optional(folder_.file("smoke.json")));
    EXPECT_THAT(find_suite("./smoke", folders, problems_), Optional(Eq("./smoke")));
    EXPECT_THAT(find_suite("x/y.json", folders, problems_), Optional(Eq("x/y.json")));
    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(find_suite("smoek", folders, problems_), std::nullopt);
    ASSERT_THAT(problems_, SizeIs(1));
    EXPECT_THAT(to_text(problems_.at(0)),
                R"(smoek: expected a file or the name of a suite; did you mean "smoke"?)");
}

TEST_F(SuiteReader, PutsLinksIntoScenariosAndVariesThem) {
    const auto made = read(R"({"stormdrain": 1, "name": "s",
        "links": {"far": {"toxics": [{"type": "latency", "attributes": {"latency": "9ms"}}]}},
        "scenarios": [{"name": "one", "links": ["far"]},
                      {"name": "both", "matrix": {"links": [[], ["far"]]}}]})");
    ASSERT_NE(made, nullptr) << to_text(problems_.front());
    ASSERT_EQ(made->scenarios.size(), 3U);
    EXPECT_EQ(made->scenarios[0].links.at(0).name, "far");
    EXPECT_EQ(made->scenarios[1].name, "both/links=none");
    EXPECT_TRUE(made->scenarios[1].links.empty());
    EXPECT_EQ(made->scenarios[2].name, "both/links=far");
    EXPECT_EQ(made->scenarios[2].links.at(0).toxics.at(0).name, "latency_downstream");
}

TEST_F(SuiteReader, TakesLinksFromTheScenarioOrTheMatrix) {
    EXPECT_EQ(read(R"({"stormdrain": 1, "name": "s",
        "scenarios": [{"name": "one", "links": [], "matrix": {"links": [[], [{}]]}}]})"),
              nullptr);
    ASSERT_EQ(problems_.size(), 1U);
    EXPECT_EQ(problems_.front().message,
              "expected to be varied here or given in the scenario, got both");
}

}  // namespace
}  // namespace stormdrain
