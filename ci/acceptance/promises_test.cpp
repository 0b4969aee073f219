// Promises that excuse what a server does: with the promise it is green, without it is not.

#include "ci/acceptance/judged_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::acceptance {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int promises_kept = 0;
constexpr int promise_broken = 1;
constexpr int could_not_judge = 3;
constexpr int nothing_to_judge = 4;

class Promises : public judged_fixture {
protected:
    judged judge_way(way how, json scenario) const {
        return judge(written_scenario("only", std::move(scenario)), written_way("under_test", how));
    }

    static way promising(std::string server, json promises) {
        way how{std::move(server)};
        how.promises = std::move(promises);
        return how;
    }
};

const json shortage = {
    {"faults", json::array({{{"kind", "descriptor_limit"}, {"for", "1s"}, {"clients", 20}}})}};

TEST_F(Promises, ToExitAtTheDescriptorLimitExcuseTheExit) {
    const judged strict = judge_way(promising("server_exits_at_emfile", json::object()), shortage);
    EXPECT_EQ(strict.run.how.exit_code, promise_broken) << strict.run.output;
    EXPECT_THAT(strict.seen.failed, Contains("exit_status"));
    const judged excused =
        judge_way(promising("server_exits_at_emfile", {{"at_descriptor_limit", "exit"}}), shortage);
    EXPECT_EQ(excused.run.how.exit_code, nothing_to_judge) << excused.run.output;
    EXPECT_THAT(excused.run.output, HasSubstr("it may end when it is out of descriptors"));
}

TEST_F(Promises, ToSpinAtTheDescriptorLimitExcuseTheSpinning) {
    const judged strict = judge_way(promising("server_spins_on_emfile", json::object()), shortage);
    EXPECT_EQ(strict.run.how.exit_code, promise_broken) << strict.run.output;
    EXPECT_THAT(strict.seen.failed, ElementsAre("idle_cpu"));
    const judged excused =
        judge_way(promising("server_spins_on_emfile", {{"at_descriptor_limit", "spin"}}), shortage);
    EXPECT_EQ(excused.run.how.exit_code, promises_kept) << excused.run.output;
}

// Goal: a fault that the kernel keeps from the server is a doubt, unless the target says so.
TEST_F(Promises, ToDeferAcceptExcuseSilentConnectionsThatNeverArrive) {
    const json silent = {
        {"load", "delayed"},
        {"faults", json::array({{{"kind", "silent_connection"}, {"connections", 2}}})},
        {"stop", {{"at", "after_load"}}}};
    way how{"server_reference"};
    how.options = {"--defer-accept", "30s"};
    const judged doubtful = judge_way(how, silent);
    EXPECT_EQ(doubtful.run.how.exit_code, could_not_judge) << doubtful.run.output;
    how.promises = {{"defer_accept", true}};
    const judged excused = judge_way(how, silent);
    EXPECT_EQ(excused.run.how.exit_code, nothing_to_judge) << excused.run.output;
    EXPECT_THAT(excused.run.output, HasSubstr("fault silent_connection was not delivered"));
}

// Goal: held by a request that never ends, the stop is over because it was asked for twice.
TEST_F(Promises, ToEndAtASecondSignalAreJudgedFromThatSignalOn) {
    const json twice = {{"faults", json::array({{{"kind", "partial_request"}, {"connections", 2}},
                                                {{"kind", "second_signal"}, {"after", "100ms"}}})},
                        {"stop", {{"at", "after_load"}}}};
    way how{"server_reference"};
    how.options = {"--drain-deadline", "30s"};
    how.stop = {{"second_signal", "force"}, {"exit_within_while", {{"partial_header", "40s"}}}};
    const judged ended = judge_way(how, twice);
    EXPECT_EQ(ended.run.how.exit_code, promises_kept) << ended.run.output;
    how.server = "server_ignores_second_signal";
    const judged lasted = judge_way(how, twice);
    EXPECT_EQ(lasted.run.how.exit_code, promise_broken) << lasted.run.output;
    EXPECT_THAT(lasted.seen.failed, ElementsAre("shutdown_deadline"));
}

// Goal: a cut that the client can tell is a fast stop's right; one that it cannot is nobody's.
TEST_F(Promises, ToTruncateDoNotExcuseALastChunk) {
    const json streaming = {{"load", "large"},
                            {"stop", {{"at", "during_load"}, {"between", {"600ms", "900ms"}}}}};
    way how{"server_ends_cut_bodies"};
    how.stop = {{"in_flight", "truncate"}};
    const judged false_end = judge_way(how, streaming);
    EXPECT_EQ(false_end.run.how.exit_code, promise_broken) << false_end.run.output;
    EXPECT_THAT(false_end.run.output, HasSubstr("ended as if it were whole"));
    how.trigger = {{"signal", "SIGQUIT"}};  // closes at once, amid a chunk
    const judged cut = judge_way(how, streaming);
    EXPECT_EQ(cut.run.how.exit_code, promises_kept) << cut.run.output;
}

}  // namespace
}  // namespace stormdrain::acceptance
