#include "harness/report/finding_history.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string target = "salvo-0_63";

// A night in which these failures came in so many of 60 cycles of one scenario.
std::vector<scenario_result> seeing(std::vector<seen_identity> identities) {
    scenario_result one = scenario("slow_log", 60);
    check_result deadline = passed("shutdown_deadline", 60);
    for (const seen_identity& seen : identities) {
        deadline.broken_count += seen.broken_count;
        finding& sample = deadline.samples.emplace_back();
        sample.fingerprint = seen.fingerprint;
        sample.message = "it was not over after 6 s";
    }
    deadline.identities = std::move(identities);
    one.checks = {deadline, passed("exit_status", 60)};
    return {one};
}

// One night after the other, a day apart, from 2026-11-18 on.
class History : public testing::Test {
protected:
    finding_stories after_night_of(const std::vector<scenario_result>& scenarios) {
        const night tonight = night_of(history_, scenarios, date_);
        const finding_stories stories = stories_of({history_}, tonight);
        history_.nights.push_back(tonight);
        date_ += 24h;
        return stories;
    }

    finding_history history_;
    std::chrono::system_clock::time_point date_{1'794'960'000s};
};

TEST_F(History, SaysThatAFindingIsNew) {
    const finding_stories first = after_night_of(seeing({{"3f2a91bc", 5}}));
    EXPECT_EQ(to_text(story_of(first, target, "3f2a91bc")), "new: the history begins here");
    after_night_of(seeing({}));
    const finding_stories third = after_night_of(seeing({{"77ab12cd", 1}}));
    EXPECT_EQ(to_text(story_of(third, target, "77ab12cd")), "new: not seen in 2 nights before");
    EXPECT_EQ(third.count({target, "3f2a91bc"}), 0U) << "it was not seen tonight";
}

TEST_F(History, SaysSinceWhenAndHowOftenItComes) {
    after_night_of(seeing({}));
    after_night_of(seeing({}));
    after_night_of(seeing({{"3f2a91bc", 5}}));
    after_night_of(seeing({}));
    after_night_of(seeing({{"3f2a91bc", 3}}));
    after_night_of(seeing({}));
    const finding_stories tonight = after_night_of(seeing({{"3f2a91bc", 7}}));
    const finding_story story = story_of(tonight, target, "3f2a91bc");
    EXPECT_EQ(story.broken, (hit_count{15, 300})) << "nights without it count from the first on";
    EXPECT_EQ(to_text(story),
              "first seen 2026-11-20 (night 3), last seen 2026-11-22, in 3 of 5 nights, 5 % of "
              "their cycles");
}

TEST_F(History, CountsNightsOnlyThatLooked) {
    after_night_of(seeing({{"3f2a91bc", 5}}));
    after_night_of({});  // ran something else
    std::vector<scenario_result> elsewhere = seeing({});
    elsewhere.front().scenario = "another";
    after_night_of(elsewhere);
    std::vector<scenario_result> of_another_server = seeing({});
    of_another_server.front().target = "poem";
    after_night_of(of_another_server);
    const finding_story story =
        story_of(after_night_of(seeing({{"3f2a91bc", 1}})), target, "3f2a91bc");
    EXPECT_EQ(story.nights_count, 2U);
    EXPECT_EQ(story.nights_seen_count, 2U);
    EXPECT_EQ(story.nights_before, 4U);
}

TEST_F(History, CountsNoReplay) {
    after_night_of(seeing({{"3f2a91bc", 5}}));
    after_night_of(seeing({}));
    const night replayed = night_of(history_, seeing({{"3f2a91bc", 50}}), date_);
    const finding_stories told = stories_of({history_, run_kind::replay}, replayed);
    EXPECT_EQ(to_text(story_of(told, target, "3f2a91bc")),
              "first seen 2026-11-18 (night 1), last seen 2026-11-18, in 1 of 2 nights, 4.2 % of "
              "their cycles");
    const night other = night_of(history_, seeing({{"77ab12cd", 50}}), date_);
    EXPECT_EQ(
        to_text(story_of(stories_of({history_, run_kind::replay}, other), target, "77ab12cd")),
        "new: not seen in 2 nights before");
}

TEST_F(History, TellsOneTargetFromAnother) {
    after_night_of(seeing({{"3f2a91bc", 5}}));
    std::vector<scenario_result> other = seeing({{"3f2a91bc", 5}});
    other.front().target = "poem";
    const finding_stories stories = after_night_of(other);
    EXPECT_EQ(story_of(stories, "poem", "3f2a91bc").first_seen, "");
}

TEST_F(History, GathersAFailureOfSeveralScenarios) {
    std::vector<scenario_result> both = seeing({{"3f2a91bc", 5}});
    both.push_back(seeing({{"3f2a91bc", 1}}).front());
    both.back().scenario = "last_close";
    const night tonight = night_of({}, both, date_);
    ASSERT_EQ(tonight.findings.size(), 1U);
    EXPECT_EQ(tonight.findings.front().broken, (hit_count{6, 120}));
    EXPECT_THAT(tonight.findings.front().scenarios,
                ElementsAre("shutdown/slow_log", "shutdown/last_close"));
    EXPECT_EQ(tonight.findings.front().message, "it was not over after 6 s");
    EXPECT_EQ(tonight.number, 1U);
    EXPECT_EQ(tonight.began, "2026-11-18T00:00:00");
}

TEST_F(History, HoldsNothingOfWhatWasNeverBroken) {
    EXPECT_THAT(night_of({}, seeing({}), date_).findings, IsEmpty());
}

TEST_F(History, KeepsANightSmallAndWhatWasSeenBeforeWhatWasNot) {
    std::vector<seen_identity> many;
    for (std::size_t i = 0; i < night::findings_max; ++i) {
        many.push_back({"old" + std::to_string(i), 1});
    }
    after_night_of(seeing(many));
    const night tonight = night_of(history_, seeing({{"zzz", 1}}), date_);
    ASSERT_EQ(tonight.findings.size(), night::findings_max);
    EXPECT_EQ(tonight.findings.front().fingerprint, "zzz");
    EXPECT_EQ(tonight.number, 2U);
}

TEST_F(History, HasAStoryForOneThatItDoesNotKnow) {
    EXPECT_EQ(story_of({}, target, "00000000"), finding_story{});
}

}  // namespace
}  // namespace stormdrain
