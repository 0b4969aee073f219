#include "harness/commands/stored/shard_results.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/config/invocation.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace stormdrain {
namespace {

using numbering = shard_results::numbering;

constexpr shard_choice second{2, 4, shard_unit::scenarios};

TEST(ShardResults, HaveTheirNameOnceTheyAreComplete) {
    const temporary_folder folder;
    const shard_results results(folder.path(), second, 1, numbering::first_free);
    EXPECT_EQ(results.path(), folder.file("results-2-1.jsonl"));
    EXPECT_EQ(results.evidence_folder(), folder.file("shard-2-1"));
    EXPECT_FALSE(std::filesystem::exists(results.path()));
    EXPECT_TRUE(std::filesystem::exists(results.part_path()));
    results.complete();
    EXPECT_TRUE(std::filesystem::exists(results.path()));
    EXPECT_FALSE(std::filesystem::exists(results.part_path()));
}

TEST(ShardResults, AnAttemptThatWasKilledKeepsItsNumber) {
    const temporary_folder folder;
    const shard_results killed(folder.path(), second, 1, numbering::first_free);
    const shard_results next(folder.path(), second, 1, numbering::first_free);
    EXPECT_EQ(next.attempt(), 2U);
    next.complete();
    EXPECT_EQ(shard_results(folder.path(), second, 2, numbering::first_free).attempt(), 3U);
    EXPECT_EQ(shard_results(folder.path(), {3, 4}, 1, numbering::first_free).attempt(), 1U);
}

TEST(ShardResults, ANumberThatWasGivenIsMeant) {
    const temporary_folder folder;
    shard_results(folder.path(), second, 5, numbering::exact).complete();
    EXPECT_THROW(shard_results(folder.path(), second, 5, numbering::exact), usage_error);
    EXPECT_FALSE(std::filesystem::exists(folder.file("results-2-5.jsonl.part")));
}

TEST(ShardResults, NoTwoAttemptsShareANumber) {
    constexpr int attempts = 16;
    const temporary_folder folder;
    std::mutex mutex;
    std::multiset<std::uint32_t> numbers;
    std::vector<std::thread> threads;
    for (int i = 0; i < attempts; ++i) {
        threads.emplace_back([&] {
            const shard_results results(folder.path(), second, 1, numbering::first_free);
            results.complete();  // and so the part is free again
            const std::lock_guard lock(mutex);
            numbers.insert(results.attempt());
        });
    }
    for (std::thread& one : threads) {
        one.join();
    }
    for (std::uint32_t number = 1; number <= attempts; ++number) {
        EXPECT_EQ(numbers.count(number), 1U) << number;
    }
}

TEST(ShardResults, SayWhyTheyCannotBeWritten) {
    const temporary_folder folder;
    std::ofstream(folder.file("results-2-1.jsonl.part")) << "x";
    std::filesystem::create_directory(folder.file("no"));
    EXPECT_ANY_THROW(shard_results("/proc/nowhere", second, 1, numbering::first_free));
}

TEST(ShardResults, AreKnownByTheirName) {
    EXPECT_TRUE(is_shard_results("a/results-2-1.jsonl"));
    for (const char* const other :
         {"results.jsonl", "results-2-1.jsonl.part", "results-2.jsonl", "results-a-1.jsonl",
          "old-results-2-1.jsonl", "results--.jsonl"}) {
        EXPECT_FALSE(is_shard_results(other)) << other;
    }
}

}  // namespace
}  // namespace stormdrain
