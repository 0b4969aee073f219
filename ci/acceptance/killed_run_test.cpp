// The harness is killed in the middle of a run, as a night's time limit does it. Its servers go
// with it, and what it wrote says that it did not finish.

#include "ci/acceptance/descendants.hpp"
#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <sstream>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class KilledRun : public stormdrain_fixture {
protected:
    // STORMDRAIN_KILL_TRIES and STORMDRAIN_KILL_SEED: for a longer look, and for a second one.
    static std::uint64_t setting(const char* name, std::uint64_t fallback) {
        const char* text = std::getenv(name);
        return text == nullptr ? fallback : std::stoull(text);
    }

    void start_and_kill_after(std::chrono::microseconds delay) {
        std::filesystem::remove_all(file("results"));
        program started(run_argv({suite("smoke"), "--target", reference_target(), "--cycles",
                                  "10000", "--jobs", "2"}),
                        file("output"));
        const std::optional<ending> early = started.wait(clock::now() + delay);
        ASSERT_FALSE(early.has_value()) << to_text(*early) << "\n" << read_file(file("output"));
        started.kill();
        EXPECT_EQ(to_text(descendants_left_at(clock::now() + 5s)), "");
    }

    void expect_red_report() {
        const std::string path = results_file("junit.xml");
        if (!std::filesystem::exists(path)) {
            return;  // killed before it began: a night without a report is red everywhere
        }
        EXPECT_TRUE(is_valid_junit(path, file("xmllint")));
        EXPECT_THAT(read_file(path), HasSubstr("stormdrain.unfinished"));
    }

    // Nothing that was finished is lost: every line but the last is whole.
    void expect_whole_lines() {
        const std::string results = read_file(results_file("results.jsonl"));
        std::istringstream lines(results.substr(0, results.rfind('\n') + 1));
        for (std::string line; std::getline(lines, line);) {
            EXPECT_TRUE(nlohmann::json::accept(line)) << line;
        }
    }
};

TEST_F(KilledRun, LeavesNoProcessAndARedReport) {
    const std::uint64_t seed = setting("STORMDRAIN_KILL_SEED", std::random_device()());
    const std::uint64_t tries = setting("STORMDRAIN_KILL_TRIES", 8);
    std::mt19937_64 random(seed);
    // Start-up takes tens of milliseconds, a cycle too: half of the kills fall into the first.
    std::uniform_int_distribution<int> early_us(0, 100'000);
    std::uniform_int_distribution<int> late_us(100'000, 1'200'000);
    for (std::uint64_t i = 0; i < tries && !HasFailure(); ++i) {
        const int delay_us = i % 2 == 0 ? early_us(random) : late_us(random);
        SCOPED_TRACE("replay with STORMDRAIN_KILL_SEED=" + std::to_string(seed) + ", try " +
                     std::to_string(i) + ", killed after " + std::to_string(delay_us) + " us");
        start_and_kill_after(std::chrono::microseconds(delay_us));
        expect_red_report();
        expect_whole_lines();
    }
}

}  // namespace
}  // namespace stormdrain::acceptance
