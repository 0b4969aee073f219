#include "harness/load/engine/block_pool.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

TEST(BlockPool, GivesBlocksThatAreApartAndAligned) {
    block_pool pool;
    std::vector<std::pair<char*, std::size_t>> taken;
    for (std::size_t bytes = 0; bytes < 5000; bytes += 7) {
        auto* const block = static_cast<char*>(pool.take(bytes));
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), 0U);
        std::memset(block, static_cast<int>(taken.size() % 251), bytes);
        taken.emplace_back(block, bytes);
    }
    for (std::size_t index = 0; index < taken.size(); ++index) {
        const auto& [block, bytes] = taken[index];
        const std::string kept(bytes, static_cast<char>(index % 251));
        EXPECT_EQ(std::string_view(block, bytes), kept);
        pool.give_back(block);
    }
}

TEST(BlockPool, TakesABlockThatWasGivenBackAgain) {
    block_pool pool;
    std::set<void*> first;
    for (int count = 0; count < 1000; ++count) {
        first.insert(pool.take(200));
    }
    for (void* const block : first) {
        pool.give_back(block);
    }
    for (int count = 0; count < 1000; ++count) {
        EXPECT_EQ(first.erase(pool.take(200)), 1U);
    }
    pool.give_back(nullptr);
}

TEST(BlockPool, KeepsTheContentOfABlockThatGrows) {
    block_pool pool;
    void* block = pool.resize(nullptr, 10);
    std::memcpy(block, "0123456789", 10);
    for (const std::size_t bytes : {64U, 65U, 2047U, 2048U, 100'000U, 300'000U, 5U}) {
        block = pool.resize(block, bytes);
        EXPECT_EQ(std::string_view(static_cast<char*>(block), 5), "01234") << bytes;
    }
    pool.give_back(block);
}

}  // namespace
}  // namespace stormdrain
