#include "harness/plan/contract.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

contract promising(std::map<held_condition, exit_promise> while_held) {
    contract promises;
    promises.exit_within = 1s;
    promises.exit_within_while = std::move(while_held);
    return promises;
}

TEST(Contract, DefaultsToWhatAnyServerShouldKeep) {
    const contract promises;
    EXPECT_EQ(promises.exit_within, 10s);
    EXPECT_EQ(promises.exit_status, std::vector{legal_exit{}});
    EXPECT_EQ(promises.half_close, half_close_promise::close);
}

TEST(Slack, IsTwoSecondsOrAFifth) {
    EXPECT_EQ(slack_for(0s), 2s);
    EXPECT_EQ(slack_for(10s), 2s);
    EXPECT_EQ(slack_for(30s), 6s);
}

TEST(DeadlineFor, NothingHeldIsThePlainPromise) {
    const exit_deadline deadline = deadline_for(promising({}), {});
    EXPECT_EQ(deadline.promised, 1s);
    EXPECT_EQ(deadline.worst, held_condition::none);
    EXPECT_EQ(deadline.after_stop, 3s);
    EXPECT_FALSE(deadline.release_first);
}

TEST(DeadlineFor, TheWorstHeldConditionDecides) {
    const contract promises =
        promising({{held_condition::in_flight, {5s}}, {held_condition::stalled_reader, {30s}}});
    const exit_deadline deadline =
        deadline_for(promises, {held_condition::in_flight, held_condition::stalled_reader});
    EXPECT_EQ(deadline.promised, 30s);
    EXPECT_EQ(deadline.worst, held_condition::stalled_reader);
    EXPECT_EQ(deadline.after_stop, 36s);
    // What is not held does not count, and what has no promise of its own has the plain one.
    EXPECT_EQ(deadline_for(promises, {held_condition::in_flight}).promised, 5s);
    EXPECT_EQ(deadline_for(promises, {held_condition::silent}).promised, 1s);
    EXPECT_EQ(deadline_for(promises, {held_condition::silent}).worst, held_condition::silent);
}

TEST(DeadlineFor, AConditionWithoutItsOwnPromiseHasThatOfTheLessParticularOne) {
    const contract promises =
        promising({{held_condition::silent, {}}, {held_condition::idle_keep_alive, {5s}}});
    EXPECT_TRUE(deadline_for(promises, {held_condition::tls_handshake}).release_first);
    EXPECT_EQ(deadline_for(promises, {held_condition::becomes_idle}).promised, 5s);
    EXPECT_EQ(deadline_for(promises, {held_condition::becomes_idle}).worst,
              held_condition::becomes_idle);
    EXPECT_EQ(deadline_for(promises, {held_condition::upgraded}).promised, 1s);
    const contract own =
        promising({{held_condition::silent, {}}, {held_condition::tls_handshake, {4s}}});
    EXPECT_FALSE(deadline_for(own, {held_condition::tls_handshake}).release_first);
}

TEST(DeadlineFor, AConditionMayBePromisedFasterThanTheRest) {
    const contract promises = promising({{held_condition::idle_keep_alive, {100ms}}});
    EXPECT_EQ(deadline_for(promises, {held_condition::idle_keep_alive}).promised, 100ms);
    EXPECT_EQ(
        deadline_for(promises, {held_condition::idle_keep_alive, held_condition::none}).promised,
        1s);
}

TEST(DeadlineFor, AnUnboundedConditionIsReleasedFirst) {
    const contract promises =
        promising({{held_condition::silent, {}}, {held_condition::in_flight, {5s}}});
    const exit_deadline alone = deadline_for(promises, {held_condition::silent});
    EXPECT_TRUE(alone.release_first);
    EXPECT_EQ(alone.promised, 1s);
    EXPECT_EQ(alone.worst, held_condition::none);
    EXPECT_EQ(alone.after_stop, release_after + 1s + 2s);

    const exit_deadline both =
        deadline_for(promises, {held_condition::in_flight, held_condition::silent});
    EXPECT_TRUE(both.release_first);
    EXPECT_EQ(both.promised, 5s);
    EXPECT_EQ(both.worst, held_condition::in_flight);
    EXPECT_EQ(both.after_stop, release_after + 5s + 2s);
}

TEST(DeadlineFor, IsReleasedLaterWhereIdleConnectionsAreToBeSeenClosed) {
    contract promises = promising({{held_condition::silent, {}}});
    promises.idle_keep_alive = idle_promise::close_now;
    const std::vector held{held_condition::idle_keep_alive, held_condition::silent};
    EXPECT_EQ(deadline_for(promises, held).release_after, release_after + idle_close_limit);
    EXPECT_EQ(deadline_for(promises, held).after_stop, release_after + idle_close_limit + 1s + 2s);
    EXPECT_EQ(deadline_for(promises, {held_condition::silent}).release_after, release_after);
}

TEST(DeadlineFor, ASecondSignalThatForcesCountsWhateverIsHeld) {
    contract promises =
        promising({{held_condition::silent, {}}, {held_condition::in_flight, {30s}}});
    promises.second_signal = second_signal_promise::force;
    for (const held_condition held : {held_condition::silent, held_condition::in_flight}) {
        const exit_deadline deadline = deadline_for(promises, {held}, 500ms);
        EXPECT_FALSE(deadline.release_first);
        EXPECT_EQ(deadline.promised, 1s);
        EXPECT_EQ(deadline.worst, held_condition::none);
        EXPECT_EQ(deadline.after_stop, 500ms + 1s + 2s);
    }
    // What has to be over before is over before.
    EXPECT_EQ(deadline_for(promises, {}, 500ms).after_stop, 3s);
    EXPECT_TRUE(deadline_for(promises, {held_condition::silent}).release_first);
}

TEST(DeadlineFor, ASecondSignalThatIsIgnoredChangesNothing) {
    contract promises = promising({{held_condition::silent, {}}});
    promises.second_signal = second_signal_promise::ignored;
    EXPECT_EQ(deadline_for(promises, {held_condition::silent}, 1s).after_stop, 4s);
    EXPECT_TRUE(deadline_for(promises, {held_condition::silent}, 1s).release_first);
}

TEST(DeadlineFor, ASecondSignalThatIsRequiredIsTheOneThatCounts) {
    contract promises = promising({{held_condition::silent, {}}});
    promises.second_signal = second_signal_promise::required;
    EXPECT_EQ(deadline_for(promises, {}, 500ms).after_stop, 3500ms);
    const exit_deadline held = deadline_for(promises, {held_condition::silent}, 500ms);
    EXPECT_EQ(held.release_after, 1500ms);
    EXPECT_EQ(held.after_stop, 4500ms);
}

}  // namespace
}  // namespace stormdrain
