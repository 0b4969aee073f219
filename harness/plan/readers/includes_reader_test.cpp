#include "harness/plan/readers/includes_reader.hpp"

#include "harness/plan/readers/suite_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::NotNull;
using testing::Optional;
using testing::SizeIs;

class IncludesReader : public SuiteReader {
protected:
    std::shared_ptr<const suite> read_including(const std::string& includes) {
        return read(R"({"stormdrain": 1, "name": "night", "includes": )" + includes + "}");
    }
    static std::vector<std::string> names_in(const suite& what) {
        std::vector<std::string> names;
        for (const scenario& each : what.scenarios) {
            names.push_back(each.name);
        }
        return names;
    }
};

TEST_F(IncludesReader, TakesScenariosUnderTheNameOfTheirOwnSuite) {
    const auto what = read_including(
        R"([{"suite": "other.json", "filter": "b*", "tags": ["night", "day"], "cycles": 7,
             "budget": "1min"}])");
    ASSERT_THAT(what, NotNull());
    EXPECT_EQ(what->name, "night");
    EXPECT_THAT(what->scenarios, IsEmpty());
    ASSERT_THAT(what->included, SizeIs(1));
    const suite& part = *what->included.front();
    EXPECT_EQ(part.name, "other");
    EXPECT_EQ(part.file, folder_.file("other.json"));
    EXPECT_THAT(names_in(part), ElementsAre("ba", "bb"));
    EXPECT_THAT(part.scenarios[0].tags, ElementsAre("day", "night"));
    EXPECT_THAT(part.scenarios[1].tags, ElementsAre("night", "day"));
    EXPECT_EQ(part.scenarios[0].cycles_count, 7U);
    EXPECT_THAT(part.scenarios[0].budget, Optional(duration(1min)));
    EXPECT_THAT(part.target_files, ElementsAre(folder_.file("c.json")));
}

TEST_F(IncludesReader, ATargetOfItsOwnReplacesThoseOfWhatItIncludes) {
    const auto what = read(R"({"stormdrain": 1, "name": "night", "targets": ["d.json"],
        "includes": [{"suite": "other.json"}]})");
    ASSERT_THAT(what, NotNull());
    EXPECT_THAT(what->included.front()->target_files, ElementsAre(folder_.file("d.json")));
}

TEST_F(IncludesReader, AScenarioThatIsNamedTwiceComesOnceWithAllThatIsSaidOfIt) {
    const auto what = read_including(
        R"([{"suite": "other.json", "tags": ["x"], "cycles": 3},
            {"suite": "./other.json", "filter": "bb", "tags": ["y"], "cycles": 1500},
            {"suite": "other.json", "filter": "bb", "tags": ["x"]}])");
    ASSERT_THAT(what, NotNull());
    ASSERT_THAT(what->included, SizeIs(1));
    const suite& part = *what->included.front();
    EXPECT_THAT(names_in(part), ElementsAre("a", "ba", "bb"));
    EXPECT_EQ(part.scenarios[0].cycles_count, 3U);
    EXPECT_EQ(part.scenarios[2].cycles_count, 1500U);
    EXPECT_THAT(part.scenarios[2].tags, ElementsAre("x", "y"));
}

TEST_F(IncludesReader, GoesThroughASuiteThatIncludesOthersItself) {
    write("middle.json", R"({"stormdrain": 1, "name": "middle", "scenarios": [{"name": "bc"}],
        "includes": [{"suite": "other.json", "tags": ["z"]}]})");
    const auto what = read_including(
        R"([{"suite": "middle.json", "filter": "b*", "cycles": 9}, {"suite": "other.json"}])");
    ASSERT_THAT(what, NotNull());
    ASSERT_THAT(what->included, SizeIs(2));
    EXPECT_THAT(names_in(*what->included[0]), ElementsAre("bc"));
    const suite& other = *what->included[1];
    EXPECT_THAT(names_in(other), ElementsAre("ba", "bb", "a"));
    EXPECT_EQ(other.scenarios[0].cycles_count, 9U);
    EXPECT_THAT(other.scenarios[0].tags, ElementsAre("day", "z"));
    EXPECT_EQ(other.scenarios[2].cycles_count, 1U);
}

TEST_F(IncludesReader, RefusesFilesThatIncludeEachOther) {
    write("ring.json", R"({"stormdrain": 1, "name": "ring",
"includes": [{"suite": "suite.json"}]})");
    EXPECT_EQ(read_including(R"([{"suite": "ring.json"}])"), nullptr);
    ASSERT_THAT(problems_, SizeIs(1));
    EXPECT_EQ(problems_.front().file, folder_.file("ring.json"));
    EXPECT_THAT(without_file({problems_.front()}),
                ElementsAre(HasSubstr("2:24 /includes/0/suite: expected a suite that does not "
                                      "include this one, got 'suite.json'")));

    std::filesystem::create_symlink("suite.json", folder_.file("link.json"));
    EXPECT_EQ(read_including(R"([{"suite": "link.json"}])"), nullptr);
    EXPECT_THAT(problems_, SizeIs(1));
}

TEST_F(IncludesReader, WantsAScenarioFromSomewhere) {
    EXPECT_EQ(read(R"({"stormdrain": 1, "name": "s"})"), nullptr);
    EXPECT_THAT(without_file(problems_), ElementsAre("1:1: expected at least one scenario"));
    EXPECT_EQ(read(R"({"stormdrain": 1, "name": "s", "scenarios": [],
"includes": [{"suite": "other.json"}]})"),
              nullptr);
    EXPECT_THAT(without_file(problems_),
                ElementsAre("1:45 /scenarios: expected at least one scenario"));
    EXPECT_EQ(read(R"({"stormdrain": 1, "name": "s", "scenarios": {}})"), nullptr);
    EXPECT_THAT(without_file(problems_),
                ElementsAre("1:45 /scenarios: expected a list of objects, got an object"));
}

TEST_F(IncludesReader, SaysWhatIsWrong) {
    EXPECT_EQ(read_including("\n[{\"suite\": \"other.json\", \"filter\": \"c*\"}]"), nullptr);
    EXPECT_THAT(without_file(problems_),
                ElementsAre("2:36 /includes/0/filter: expected the names of scenarios of " +
                            folder_.file("other.json") + ", got 'c*', which matches none"));
    EXPECT_EQ(read_including("\n[]"), nullptr);
    EXPECT_THAT(without_file(problems_), ElementsAre("2:1 /includes: expected at least one suite"));
    EXPECT_EQ(read_including("\n{}"), nullptr);
    EXPECT_THAT(without_file(problems_),
                ElementsAre("2:1 /includes: expected a list of objects, got an object"));
    EXPECT_EQ(read_including("\n[{}]"), nullptr);
    EXPECT_THAT(without_file(problems_),
                ElementsAre("2:2 /includes/0: required key 'suite' is missing; expected text"));
    EXPECT_EQ(read_including(R"([{"suite": "absent.json"}, {"suite": "absent.json"}])"), nullptr);
    ASSERT_THAT(problems_, SizeIs(1));
    EXPECT_EQ(problems_.front().file, folder_.file("absent.json"));
    // Its own mistakes are told where they are.
    write("other.json", R"({"stormdrain": 1, "name": "other"})");
    EXPECT_EQ(read_including(R"([{"suite": "other.json"}])"), nullptr);
    ASSERT_THAT(problems_, SizeIs(1));
    EXPECT_EQ(problems_.front().file, folder_.file("other.json"));
}

}  // namespace
}  // namespace stormdrain
