// What suites/nightly.json says of itself: every rank stands for something, and most of the night
// is planned for the races.

#include "harness/plan/readers/suite_reader.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

using testing::IsEmpty;

constexpr int ranks_count = 27;

std::string tag_of(int rank) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "rank_%02d", rank);
    return text.data();
}

std::map<std::string, std::vector<scenario>> scenarios_by_tag() {
    const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
    std::vector<problem> problems;
    const auto night = read_suite((here / "../../../suites/nightly.json").string(), problems);
    EXPECT_THAT(problems, IsEmpty());
    std::map<std::string, std::vector<scenario>> found;
    for (const std::shared_ptr<const suite>& part :
         night ? night->included : std::vector<std::shared_ptr<const suite>>{}) {
        for (const scenario& each : part->scenarios) {
            found["all"].push_back(each);
            for (const std::string& tag : each.tags) {
                found[tag].push_back(each);
            }
        }
    }
    return found;
}

TEST(NightlySuite, HasScenariosOfEveryRank) {
    const auto by_tag = scenarios_by_tag();
    for (int rank = 1; rank <= ranks_count; ++rank) {
        EXPECT_TRUE(by_tag.contains(tag_of(rank))) << rank;
    }
}

TEST(NightlySuite, IsPlannedForTheRacesForTheMostPart) {
    const auto by_tag = scenarios_by_tag();
    const auto cycles_of = [&by_tag](const std::string& tag) {
        std::uint64_t sum = 0;
        for (const scenario& each : by_tag.at(tag)) {
            sum += each.cycles_count;
        }
        return sum;
    };
    std::uint64_t of_races = 0;
    for (const int race : {4, 7, 20, 27}) {
        // 1,497 cycles see with 95 % probability what happens in 2 of 1,000.
        EXPECT_GE(cycles_of(tag_of(race)), 1500U) << race;
        of_races += cycles_of(tag_of(race));
    }
    EXPECT_GT(of_races, cycles_of("all") * 9 / 10);
}

}  // namespace
}  // namespace stormdrain
