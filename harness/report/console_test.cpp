#include "harness/report/console.hpp"

#include "harness/report/golden.hpp"
#include "harness/report/page/page_fixture.hpp"
#include "harness/report/results_builder.hpp"
#include "harness/report/text_width.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::HasSubstr;
using testing::Not;

finding broken_promise(std::uint32_t cycle, std::string message = "promised 1 s: it took 3 s") {
    finding what;
    what.id = "shutdown_deadline";
    what.message = std::move(message);
    what.cycle = cycle;
    return what;
}

std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST(Console, ShowsARunInALog) {
    std::ostringstream out;
    console screen(out, {});
    const run_results results = mixed();
    const scenario_result& red = results.scenarios.front();
    screen.begin(results);
    screen.cycle_done(red, {}, 10s);
    screen.cycle_done(red, std::vector{broken_promise(431)}, 20s);
    screen.tick(60s);
    screen.finish(results, {});
    expect_golden("mixed.console.txt", out.str());
}

TEST(Console, BeatsOnceAHeartbeatWhereNobodyLooks) {
    std::ostringstream out;
    console screen(out, {});
    screen.begin(mixed());
    const std::size_t before = lines_of(out.str());
    for (int second = 1; second <= 180; ++second) {
        screen.tick(std::chrono::seconds(second));
    }
    EXPECT_EQ(lines_of(out.str()), before + 3);
    EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(Console, EndsWithTheBudgetIfThatIsSooner) {
    std::ostringstream out;
    console screen(out, {.budget = 1h});
    screen.begin(mixed());
    screen.cycle_done(mixed().scenarios.front(), {}, 20min);
    EXPECT_THAT(out.str(), HasSubstr("  eta 00:40:00\n"));
    screen.tick(61min);
    EXPECT_THAT(out.str(), HasSubstr("  eta 00:00:00\n"));
}

TEST(Console, CountsWhatABudgetDidNotReach) {
    std::ostringstream out;
    console screen(out, {console_style::quiet, false, 60s});
    run_results results = mixed();
    for (scenario_result& scenario : results.scenarios) {
        scenario.done_count = 0;
    }
    screen.finish(results, {});
    EXPECT_THAT(out.str(), HasSubstr("\n?     not one cycle was run of 2 scenarios\n"));
    EXPECT_THAT(out.str(), HasSubstr("0 failed, 0 inconclusive, 0 passed, 1 skipped, 2 not run;"));
    EXPECT_THAT(out.str(), Not(HasSubstr("could be judged")));
}

TEST(Console, RepaintsAtMostTenTimesASecond) {
    std::ostringstream out;
    console screen(out, {console_style::repaint, false, 60s});
    screen.begin(mixed());
    const std::size_t before = lines_of(out.str());
    for (int i = 1; i <= 1000; ++i) {
        screen.cycle_done(mixed().scenarios.front(), {}, i * 1ms);
    }
    const std::string text = out.str();
    EXPECT_EQ(lines_of(text), before);
    EXPECT_LE(std::ranges::count(text, '\r'), 10);
    // A broken promise is written above the line, not into it.
    screen.cycle_done(mixed().scenarios.front(), std::vector{broken_promise(5)}, 1001ms);
    EXPECT_THAT(out.str().substr(text.size()), testing::StartsWith("\r\x1b[KRED "));
}

TEST(Console, IsNeverWiderThanTheTerminal) {
    std::ostringstream out;
    std::size_t columns = 60;
    console screen(out, {.style = console_style::repaint, .columns = [&] { return columns; }});
    screen.begin(mixed());
    const std::size_t before = out.str().size();
    screen.cycle_done(mixed().scenarios.front(), {}, 1s);
    EXPECT_LT(columns_of(out.str().substr(before)), columns);
    out.str("");
    columns = 30;  // the line that stands there takes two rows now
    screen.tick(2s);
    EXPECT_THAT(out.str(), testing::StartsWith("\r\x1b[1A\x1b[J00:00:02"));
    EXPECT_THAT(out.str(), Not(HasSubstr("\n")));
}

TEST(Console, BreaksSentencesAtBlanksAndCommandsNowhere) {
    std::ostringstream out;
    console screen(out, {.color = true, .columns = [] { return 70; }});
    screen.begin(mixed());
    out.str("");
    screen.cycle_done(mixed().scenarios.front(), std::vector{broken_promise(5)}, 1s);
    EXPECT_THAT(out.str(), testing::StartsWith(
                               "\x1b[31mRED \x1b[0m  salvo-0_63/shutdown/moments/at=idle,"
                               "faults=reset  cycle 5\n      shutdown_deadline: promised 1 s: it "
                               "took 3 s\n      replay: stormdrain run suites/shutdown.json"));
    EXPECT_THAT(out.str(), HasSubstr("--seed 0x5eed0001 --cycle 5\n"));
}

TEST(Console, NamesTheScenarioThatIsCarriedOut) {
    std::ostringstream out;
    console screen(out, {.style = console_style::repaint});
    screen.begin(mixed());
    screen.cycle_begins("salvo-0_63/shutdown/hangs");
    screen.tick(7s);
    EXPECT_THAT(out.str(), HasSubstr("0 red  salvo-0_63/shutdown/hangs  0/s"));
}

TEST(Console, OfATerminalWithoutASizeHasOneLine) {
    std::ostringstream out;
    console screen(out, {.style = console_style::repaint, .columns = [] { return 0; }});
    screen.begin(mixed());
    screen.cycle_done(mixed().scenarios.front(), {}, 1s);
    out.str("");
    screen.tick(2s);
    EXPECT_THAT(out.str(), testing::StartsWith("\r\x1b[K00:00:02"));
}

// Goal: the shell's prompt has a line of its own, also after a second signal, which nobody hears.
TEST(Console, RepaintsNothingOnceItIsInterrupted) {
    std::ostringstream out;
    console screen(out, {.style = console_style::repaint});
    screen.begin(mixed());
    screen.cycle_done(mixed().scenarios.front(), {}, 1s);
    screen.end_early("ending after the cycles under way");
    EXPECT_THAT(out.str(), testing::EndsWith("\nending after the cycles under way\n"));
    out.str("");
    screen.tick(2s);
    EXPECT_EQ(out.str(), "");
    screen.cycle_done(mixed().scenarios.front(), std::vector{broken_promise(5)}, 3s);
    EXPECT_THAT(out.str(), testing::StartsWith("RED "));
    EXPECT_THAT(out.str(), testing::EndsWith("\n"));
    EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(Console, PaintsTheCountOfReds) {
    std::ostringstream out;
    console screen(out, {.style = console_style::repaint, .color = true});
    screen.begin(mixed());
    screen.cycle_done(mixed().scenarios.front(), std::vector{broken_promise(5)}, 1s);
    EXPECT_THAT(out.str(), HasSubstr("\x1b[31m  1 red\x1b[0m"));
}

TEST(Console, DrawsTheStopsOfEveryScenario) {
    std::ostringstream out;
    console screen(out, {.color = true});
    screen.finish(mixed(), page::testing_page::rare_hang(640));
    EXPECT_THAT(out.str(), HasSubstr("\x1b[31m#\x1b[0m"));
    EXPECT_THAT(out.str(),
                testing::ContainsRegex("\nstops: _ [0-9.]+ ms \\.\\. # 3\\.3 s, logarithmic\n"));
}

TEST(Console, EveryRedLineIsFollowedByItsReplay) {
    std::ostringstream out;
    console screen(out, {console_style::quiet, false, 60s});
    screen.begin(mixed());
    const scenario_result red = mixed().scenarios.front();
    screen.cycle_done(red, std::vector{broken_promise(431)}, 1s);
    EXPECT_THAT(out.str(),
                HasSubstr("replay: stormdrain run suites/shutdown.json --target "
                          "servers/salvo/target.json --filter "
                          "salvo-0_63/shutdown/moments/at=idle,faults=reset --seed 0x5eed0001 "
                          "--cycle 431\n"));
}

TEST(Console, ReplaysAllCyclesOfWhatShowsOverCyclesOnly) {
    std::ostringstream out;
    console screen(out, {console_style::quiet, false, 60s});
    run_results results = mixed();
    screen.begin(results);
    finding leak = broken_promise(8);
    leak.over_cycles = true;
    scenario_result& red = results.scenarios.front();
    screen.cycle_done(red, std::vector{leak}, 1s);
    EXPECT_THAT(out.str(), HasSubstr("--seed 0x5eed0001 --cycles 9\n"));
    red.checks.front().samples = {leak};
    out.str("");
    screen.finish(results, {});
    EXPECT_THAT(out.str(), HasSubstr("--seed 0x5eed0001 --cycles 9\n"));
}

TEST(Console, APromiseBrokenInEveryCycleDoesNotFloodTheLog) {
    std::ostringstream out;
    console screen(out, {console_style::quiet, false, 60s});
    screen.begin(mixed());
    const scenario_result red = mixed().scenarios.front();
    for (std::uint32_t i = 0; i < 2000; ++i) {
        screen.cycle_done(red, std::vector{broken_promise(i)}, 1s);
    }
    EXPECT_EQ(lines_of(out.str()), 21U);
}

TEST(Console, SaysOnceWhatIsKnownAndWhereItIsDocumented) {
    std::ostringstream out;
    console screen(out, {console_style::quiet, false, 60s});
    run_results results = mixed();
    scenario_result& scenario = results.scenarios.front();
    scenario.checks = {broken_as_known("shutdown_deadline", 5)};
    screen.begin(results);
    for (const finding& what : scenario.checks.front().samples) {
        screen.cycle_done(scenario, std::vector{what}, 1s);
    }
    EXPECT_EQ(lines_of(out.str()), 2U);
    screen.finish(results, {});
    EXPECT_THAT(out.str(), HasSubstr("KNOWN  salvo-0_63/shutdown/moments/at=idle,faults=reset  "
                                     "shutdown_deadline: hyperium/hyper#2730 (0.14): it waits for "
                                     "a request\n      5 of 5 cycles"));
    EXPECT_THAT(out.str(), HasSubstr("1 skipped, 1 known; "));
    EXPECT_THAT(out.str(), Not(HasSubstr("RED")));
}

TEST(Console, NeverTrustsAMeasuredContractInSilence) {
    std::ostringstream out;
    console screen(out, {console_style::quiet, false, 60s});
    run_results results = mixed();
    for (scenario_result& scenario : results.scenarios) {
        scenario.unconfirmed = "measured by stormdrain probe";
    }
    const std::string said =
        "not confirmed  salvo-0_63: its contract was measured by stormdrain probe\n";
    screen.begin(results);
    EXPECT_EQ(out.str(), said);
    screen.finish(results, {});
    EXPECT_THAT(out.str().substr(said.size()), HasSubstr(said));
}

TEST(Console, SaysWhyAScenarioThatRanHadNothingToJudge) {
    std::ostringstream out;
    console page(out, {console_style::quiet, false, 60s});
    run_results results = mixed();
    scenario_result& idle = results.scenarios.front();
    const std::string why = "fault vanish was not delivered: the kernel has no TCP_MD5SIG for us";
    idle.checks = {unjudged("a", verdict::skipped, ""), unjudged("b", verdict::skipped, why),
                   unjudged("c", verdict::skipped, why),
                   unjudged("d", verdict::skipped, "the load speaks no TLS")};
    page.finish(results, {});
    EXPECT_THAT(out.str(), HasSubstr("skipped " + idle.id + ": nothing to judge: " + why + "\n"));
    idle.checks = {unjudged("a", verdict::skipped, "")};
    page.finish(results, {});
    EXPECT_THAT(out.str(), HasSubstr("skipped " + idle.id + ": nothing to judge\n"));
}

TEST(Console, AsksWhetherAKnownDefectThatIsGoneWasRepaired) {
    std::ostringstream out;
    console screen(out, {console_style::quiet, false, 60s});
    run_results results = mixed();
    results.scenarios.front().checks = {repaired("shutdown_deadline", 5)};
    screen.finish(results, {});
    EXPECT_THAT(out.str(), HasSubstr("known_defect_gone: repaired? hyperium/hyper#2730"));
    EXPECT_THAT(out.str(), HasSubstr("--cycles 432\n"));
}

TEST(Console, PaintsOnlyWhenAskedAndNeverWhatAServerSays) {
    const auto shown = [](bool color) {
        std::ostringstream out;
        console screen(out, {console_style::quiet, color, 60s});
        screen.begin(mixed());
        const std::vector findings{broken_promise(1, "\x1b[2Jcleared\n::error::x")};
        screen.cycle_done(mixed().scenarios.front(), findings, 1s);
        screen.finish(mixed(), {});
        return out.str();
    };
    EXPECT_THAT(shown(false), Not(HasSubstr("\x1b")));
    EXPECT_THAT(shown(true), HasSubstr("\x1b[31mfail\x1b[0m"));
    EXPECT_THAT(shown(true), Not(HasSubstr("\x1b[2J")));
    EXPECT_THAT(shown(true), HasSubstr("cleared ::error::x")) << "in one line";
}

}  // namespace
}  // namespace stormdrain
