// The same failure has the same name every night, and another failure another: of finished runs
// over defect builds, whose seeds, ports and processes differ. And what earlier nights found is
// known to the next.

#include "ci/acceptance/stormdrain_fixture.hpp"
#include "ci/acceptance/trial.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int promises_kept = 0;
constexpr int promise_broken = 1;
constexpr int bad_usage = 2;
// Sixty cycles, of which the last ones may hang.
constexpr auto trial_limit = 100s;
constexpr auto report_limit = 30s;  // it reads and writes some hundred kilobytes

std::set<std::string> fingerprints_in(const std::string& results, const std::string& check) {
    std::set<std::string> found;
    std::istringstream lines(results);
    for (std::string line; std::getline(lines, line);) {
        const json read = json::parse(line, nullptr, false);
        if (!read.is_object() || read.value("kind", "") != "cycle") {
            continue;
        }
        for (const json& finding : read.at("findings")) {
            if (finding.at("id") == check && finding.at("severity") == "failure") {
                found.insert(finding.at("fingerprint").get<std::string>());
            }
        }
    }
    return found;
}

class Identity : public stormdrain_fixture {
protected:
    static std::string target_of(const std::string& defect) {
        return std::string(STORMDRAIN_DEFECTS_FOLDER) + "/" + defect + ".json";
    }

    // The names of what the defect's record expects, up to the first cycle that shows it.
    std::set<std::string> names_of(const std::string& defect, const std::string& run_seed) const {
        const defect_record record = ask_record(server_of(defect));
        const std::string suites = std::string(STORMDRAIN_SOURCE_FOLDER) + "/suites";
        std::vector<std::string> argv =
            trial_argv(STORMDRAIN_PROGRAM, suites, record, target_of(defect),
                       trial_length::until_first_finding);
        *std::next(std::ranges::find(argv, "--seed")) = run_seed;
        const std::string out = file(defect + run_seed);
        argv.insert(argv.end(), {"--out", out});
        const finished ended = run_program(argv, file("output"), trial_limit);
        EXPECT_EQ(ended.how.exit_code, promise_broken) << defect << ": " << ended.output;
        return fingerprints_in(read_file(out + "/results.jsonl"), record.expects);
    }

    static std::string server_of(const std::string& defect) {
        return std::string(DEFECT_SERVERS_FOLDER) + "/server_" + defect;
    }
};

// Goal: checks, stacks and sockets tell defects of one server apart, and nothing else does. Names
// of targets are no part of it.
TEST_F(Identity, IsTheSameForTwoSeedsAndAnotherForEachDefect) {
    std::map<std::string, std::string> defects;  // by fingerprint
    for (const std::string defect :
         {"lost_wakeup", "keeps_idle_connections", "lingers_for_ever", "drain_deadline_ignored",
          "waits_for_child", "keeps_close_wait", "leaks_on_reset", "crashes_on_reset",
          "exits_nonzero"}) {
        const std::set<std::string> first = names_of(defect, "0x5eed");
        const std::set<std::string> second = names_of(defect, "0xbeef");
        ASSERT_EQ(first.size(), 1U) << defect;
        EXPECT_EQ(first, second) << defect;
        const auto [known, is_new] = defects.emplace(*first.begin(), defect);
        EXPECT_TRUE(is_new) << defect << " has the name of " << known->second;
    }
}

class KeptHistory : public Identity {
protected:
    // The nights are as they were: the run's own is not counted twice.
    template <class Matcher>
    void expect_the_same_of_a_report(const finished& told, const Matcher& says_so) {
        std::filesystem::remove(results_file("report.html"));
        const finished again = run_program(
            {STORMDRAIN_PROGRAM, "report", file("results"), "--history", file("history")},
            file("again"), report_limit);
        EXPECT_EQ(again.how.exit_code, told.how.exit_code) << again.output;
        EXPECT_THAT(again.output, says_so);
        EXPECT_THAT(read_file(results_file("report.html")), says_so);
        const auto nights = std::filesystem::directory_iterator(file("history"));
        EXPECT_EQ(std::distance(begin(nights), end(nights)), 2);
    }

    finished run_night(const std::string& run_seed) {
        return run({suite("shutdown_cycles"), "--target", target_of("exits_nonzero"), "--filter",
                    "*/moments/at=at_rest,load=keep_alive", "--cycles", "1", "--seed", run_seed,
                    "--history", file("history")});
    }
};

TEST_F(KeptHistory, TellsWhatIsNewFromWhatIsKnown) {
    const finished first = run_night("1");
    EXPECT_EQ(first.how.exit_code, promise_broken) << first.output;
    EXPECT_THAT(first.output, HasSubstr(": new: the history begins here\n"));
    const finished second = run_night("2");
    EXPECT_EQ(second.how.exit_code, promise_broken) << second.output;
    const auto says_so = AllOf(HasSubstr(": first seen 20"), HasSubstr("(night 1), last seen 20"),
                               HasSubstr(", in 2 of 2 nights, 100 % of their cycles"));
    EXPECT_THAT(second.output, says_so);
    EXPECT_THAT(second.output, Not(HasSubstr("new: ")));
    EXPECT_THAT(read_file(results_file("summary.md")), says_so);
    EXPECT_THAT(read_file(results_file("junit.xml")),
                AllOf(HasSubstr("<property name=\"identity.exit_status\" value=\""), says_so));
    EXPECT_THAT(read_file(results_file("report.html")), says_so);
    expect_the_same_of_a_report(second, says_so);
}

TEST_F(KeptHistory, IsLeftAsItIsWhereItCannotBeRead) {
    const std::string night = file("history/night-20261120T021700Z-00000000.json");
    run_night("1");
    write_file(night, "{\n \"stormdrain_history\": 1,\n \"nihgt\": 3\n}\n");
    const finished refused = run_night("2");
    EXPECT_EQ(refused.how.exit_code, bad_usage) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr(night + ":3:"));
    EXPECT_EQ(read_file(night), "{\n \"stormdrain_history\": 1,\n \"nihgt\": 3\n}\n");
}

// What descriptors do over sixty restarts, in processes that really hold them.
class OverRestarts : public Identity {
protected:
    finished run_in_one_process(const std::string& pool_options) {
        std::string target =
            read_file(std::string(STORMDRAIN_SOURCE_FOLDER) + "/servers/reference/in_process.json");
        const std::string last_option = "\"--in-process-restarts\"";
        target.insert(target.find(last_option) + last_option.size(), ", " + pool_options);
        return run({suite("shutdown_cycles"), "--target", written("pool.json", target), "--filter",
                    "*/moments/at=at_rest,load=keep_alive", "--cycles", "60", "--seed", "1"});
    }
};

TEST_F(OverRestarts, APoolThatFillsUpIsNoLeak) {
    const finished filled = run_in_one_process(R"("--pool-size", "6")");
    EXPECT_EQ(filled.how.exit_code, promises_kept) << filled.output;
}

TEST_F(OverRestarts, ACacheThatIsEmptiedNowAndThenIsNoLeak) {
    const finished emptied =
        run_in_one_process(R"("--pool-size", "1000", "--pool-flush-every", "7")");
    EXPECT_EQ(emptied.how.exit_code, promises_kept) << emptied.output;
}

}  // namespace
}  // namespace stormdrain::acceptance
