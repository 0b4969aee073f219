#include "harness/report/comparison_text.hpp"

#include <gmock/gmock.h>

#include <sstream>
#include <utility>

namespace stormdrain {
namespace {

TEST(ComparisonText, SaysWhatBecameWorseFirstAndWhatMayBeChanceLast) {
    run_tally before;
    run_tally after;
    before.file = "monday/results.jsonl";
    before.began = "2026-11-06T21:20:00Z";
    before.run_seed = "0x5eed0001";
    before.finished = true;
    after.file = "tuesday/results.jsonl";
    const auto add = [&](const std::string& id, hit_count then, hit_count now) {
        before.scenarios[id].done_count = then.trials;
        before.scenarios[id].checks["shutdown_deadline"].broken = then;
        after.scenarios[id].done_count = now.trials;
        after.scenarios[id].checks["shutdown_deadline"].broken = now;
        after.scenarios[id].checks["shutdown_deadline"].message = "promised 1 s: it took 3 s";
    };
    add("a/repaired", {29, 270}, {0, 270});
    add("b/new", {0, 270}, {40, 270});
    add("c/once", {0, 270}, {1, 270});
    std::ostringstream out;
    write_comparison(out, compare(before, after), before, after);
    EXPECT_EQ(out.str(),
              "before: monday/results.jsonl, began 2026-11-06T21:20:00Z, seed 0x5eed0001\n"
              "after:  tuesday/results.jsonl, began , seed , not finished\n"
              "\n"
              "NEW      b/new  shutdown_deadline: 0 of 270 cycles before, 40 of 270 after "
              "(p < 0.001)\n"
              "         promised 1 s: it took 3 s\n"
              "REPAIRED a/repaired  shutdown_deadline: 29 of 270 cycles before, 0 of 270 after "
              "(p < 0.001)\n"
              "         promised 1 s: it took 3 s\n"
              "\n"
              "seen in one of them only, which may be chance:\n"
              "NEW      c/once  shutdown_deadline: 0 of 270 cycles before, 1 of 270 after (p = 1)\n"
              "         promised 1 s: it took 3 s\n"
              "\n"
              "3 scenarios compared\n");
}

TEST(ComparisonText, SaysSinceWhenSomethingGrows) {
    comparison found;
    leak_change& leak = found.leaks.emplace_back();
    leak.scenario = "a/embedding/churn";
    leak.what = "epoll descriptors";
    growth& after = leak.after.emplace();
    after.per_cycle = {0.143, 0.125, 0.16};
    after.first_grown_cycle = 7;
    leak_change& threads = found.leaks.emplace_back(leak);
    threads.what = "threads";
    threads.of = quantity::threads;
    std::swap(threads.before, threads.after);
    std::ostringstream out;
    write_comparison(out, found, {}, {});
    EXPECT_THAT(
        out.str(),
        testing::HasSubstr("NEW      a/embedding/churn  growth of epoll descriptors: none before, "
                           "0.143 a cycle (95 % 0.125 .. 0.16), first more in cycle 7 after\n"
                           "REPAIRED a/embedding/churn  growth of threads (a warning): 0.143 a "
                           "cycle (95 % 0.125 .. 0.16), first more in cycle 7 before, none "
                           "after\n"));
}

TEST(ComparisonText, SaysThatNothingChanged) {
    run_tally same;
    same.scenarios["a/b"].done_count = 3;
    std::ostringstream out;
    write_comparison(out, compare(same, same), same, same);
    EXPECT_THAT(out.str(), testing::EndsWith("\n\nno difference is sure\n\n1 scenario compared\n"));
}

}  // namespace
}  // namespace stormdrain
